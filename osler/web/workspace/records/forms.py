"""Forms of the chart: the shape of what nurse and physician enter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.errors import UnknownCode
from osler.clinic.records.medications.overrides import OVERRIDE_REASONS
from osler.clinic.records.models import AllergyIntolerance, ServiceRequest
from osler.clinic.records.notes.digest import PARTS
from osler.clinic.records.observations.intake import PRESSURES, taken_signs
from osler.clinic.records.observations.trends import BLOOD_PRESSURE, Reading
from osler.clinic.records.observations.vitals import VitalReading
from osler.foundation.directory.models import HealthcareService
from osler.foundation.terminology.units import Quantity, parse_number, parse_quantity
from osler.foundation.terminology.vital_signs import VitalSign
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import Combobox, SegmentedSelect
from osler.foundation.ui.results import unit_text
from osler.kernel.errors import Refusal
from osler.web.workspace.records.codes import answers
from osler.web.workspace.templatetags.chart import SHORT_VITALS

# Units of daily use here beside the one that a sign is kept in; others may be typed.
CHOSEN_UNITS = {
    "weight": "[lb_av]",
    "height": "[in_i]",
    "temperature": "[degF]",
    "head": "[in_i]",
}
MOST_WORDS = 40_000


def words_field(label: str | Promise, kind: str, *, fills: str = "") -> forms.CharField:
    """A combobox over a list of codes. It says by an error that it is wanted, not by a label."""
    widget = Combobox(url=f"/codes/{kind}/", code_field="code", fills_field=fills)
    return forms.CharField(label=label, required=False, max_length=300, widget=widget)


class CodedForm(forms.Form):
    """Words typed or chosen, and the code of the choice."""

    kind = ""
    refusal: Refusal | None = None
    code = forms.CharField(required=False, widget=forms.HiddenInput, max_length=100)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("words", "").strip():
            self.add_error("words", _("Say what it is, or choose from the list."))
        return cleaned

    def offers(self) -> list[dict[str, str]]:
        """What refused words may have meant: without scripts, the list comes with the answer."""
        is_unknown = isinstance(self.refusal, UnknownCode)
        return answers(self.kind, str(self["words"].value() or "")) if is_unknown else []


@dataclass(frozen=True)
class VitalRow:
    """One input of the intake: its field, its unit and the value of the last time."""

    sign: VitalSign
    field: BoundField
    unit_field: BoundField | None
    last: Reading | None


class VitalsForm(forms.Form):
    """One input a vital sign, and a unit where there is a choice."""

    is_confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="vital-%s", **kwargs)
        for sign in taken_signs():
            self._add_fields(sign)

    def _add_fields(self, sign: VitalSign) -> None:
        label = {"systolic": _("Systolic"), "diastolic": _("Diastolic")}.get(
            sign.key, SHORT_VITALS.get(sign.code, sign.display)
        )
        widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        self.fields[sign.key] = forms.CharField(required=False, label=label, max_length=30, widget=widget)
        if sign.key in CHOSEN_UNITS:
            choices = [(unit, unit_text(unit)) for unit in (sign.unit, CHOSEN_UNITS[sign.key])]
            named = forms.Select(attrs={"aria-label": f"{label}, {_('Unit')}"})
            self.fields[f"{sign.key}_unit"] = forms.ChoiceField(choices=choices, required=False, widget=named)

    def rows(self, last: Mapping[str, Reading], *, is_small_child: bool) -> list[VitalRow]:
        """The inputs in the order in which a nurse takes the signs; the head's for small children."""
        return [
            VitalRow(
                sign,
                self[sign.key],
                self[f"{sign.key}_unit"] if sign.key in CHOSEN_UNITS else None,
                last.get(BLOOD_PRESSURE if sign.key in PRESSURES else sign.code),
            )
            for sign in taken_signs()
            if is_small_child or sign.key != "head"
        ]

    def clean(self) -> dict[str, Any]:
        """Read each value with its unit: the one typed behind it (154 lb, 5'10"), else the chosen."""
        cleaned = super().clean() or self.cleaned_data
        for sign in taken_signs():
            text = cleaned.get(sign.key)
            if not text:
                continue
            unit = cleaned.get(f"{sign.key}_unit") or sign.unit
            try:
                cleaned[sign.key] = _quantity(text, sign=sign, unit=unit)
            except Refusal as refusal:
                self.add_error(sign.key, str(refusal))
        return cleaned

    def readings(self) -> list[VitalReading]:
        """What was entered, each with its unit."""
        given = [(sign.key, self.cleaned_data.get(sign.key)) for sign in taken_signs()]
        return [VitalReading(key, one.value, one.unit) for key, one in given if one]


def _quantity(text: str, *, sign: VitalSign, unit: str) -> Quantity:
    """Of the units that it may be given in, with the one that was meant."""
    if not sign.also_units:  # the unit stands beside the field and is no choice
        return Quantity(parse_number(text), sign.unit)
    return parse_quantity(text, unit=unit)


class NoteForm(forms.Form):
    """The parts of a note."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    subjective = forms.CharField(label=_("Subjective"), required=False, widget=forms.Textarea)
    objective = forms.CharField(label=_("Objective"), required=False, widget=forms.Textarea)
    assessment = forms.CharField(label=_("Assessment"), required=False, widget=forms.Textarea)
    plan = forms.CharField(label=_("Plan"), required=False, widget=forms.Textarea)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note-%s", **kwargs)
        for part in PARTS:
            field = self.fields[part]
            field.max_length = MOST_WORDS  # type: ignore[attr-defined]
            field.strip = False  # type: ignore[attr-defined]
            field.widget.attrs |= {"rows": 3, "data-phrases": "", "spellcheck": "true"}

    def parts(self) -> dict[str, str]:
        """The words by part, those that were sent and can be kept."""
        sent = (part for part in PARTS if part in self.data and part in self.cleaned_data)
        return {part: self.cleaned_data[part] for part in sent}


class AddendumForm(forms.Form):
    """Words after the signature."""

    words = forms.CharField(
        label=_("Addendum"), widget=forms.Textarea(attrs={"rows": 4}), max_length=MOST_WORDS
    )


class DiagnosisForm(CodedForm):
    """A diagnosis by lay words or code."""

    kind = "diagnoses"
    words = words_field(_("Diagnosis"), kind)


class ProblemForm(DiagnosisForm):
    """A problem for the list, and since when."""

    onset = ClinicDateField(label=_("Since"), required=False, is_past=True)


class AllergyForm(CodedForm):
    """A substance, what it did, and how badly."""

    kind = "allergens"
    words = words_field(_("Substance"), kind)
    reaction = forms.CharField(label=_("Reaction"), required=False, max_length=300)
    severity = forms.ChoiceField(
        label=_("Severity"),
        required=False,
        widget=SegmentedSelect,
        choices=[("mild", _("Mild")), ("moderate", _("Moderate")), ("severe", _("Severe"))],
    )


class StatementForm(CodedForm):
    """A medication that the patient takes, as told."""

    kind = "medications"
    words = words_field(_("Medication"), kind, fills="sig")
    sig = forms.CharField(label=_("How it is taken"), required=False, max_length=500)


class PrescriptionForm(CodedForm):
    """A prescription; the reason is asked for only when an alert stands against it."""

    kind = "medications"
    words = words_field(_("Medication"), kind, fills="sig")
    sig = forms.CharField(label=_("Directions"), max_length=500)
    quantity = forms.DecimalField(label=_("Quantity"), max_digits=8, decimal_places=2)
    refills = forms.IntegerField(label=_("Refills"), min_value=0, max_value=12, initial=0)
    override_reason = forms.ChoiceField(
        label=_("Reason to prescribe all the same"),
        required=False,
        choices=[("", _("Choose a reason")), *OVERRIDE_REASONS.items()],
    )


class OrderForm(CodedForm):
    """A test of the laboratory."""

    kind = "tests"
    words = words_field(_("Test"), kind)
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=ServiceRequest.Priority.choices,
        required=False,
        initial=ServiceRequest.Priority.ROUTINE,
    )
    note = forms.CharField(label=_("For the laboratory"), required=False, max_length=500)
    hold_release = forms.BooleanField(
        label=_("Hold the result from the patient until I release it"), required=False
    )


class FollowUpForm(forms.Form):
    """When to see the patient again."""

    weeks = forms.IntegerField(label=_("In weeks"), min_value=1, max_value=260, required=False)
    on = ClinicDateField(label=_("Or on"), required=False)
    service = forms.ModelChoiceField(
        label=_("For"), queryset=HealthcareService.objects.none(), required=False
    )
    note = forms.CharField(label=_("Note for the desk"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        services = HealthcareService.objects.filter(active=True).order_by("name")
        self.fields["service"].queryset = services  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("weeks") and not cleaned.get("on"):
            self.add_error("weeks", _("Say in how many weeks, or on which day."))
        return cleaned


CRITICALITY = {"severe": AllergyIntolerance.Criticality.HIGH}
