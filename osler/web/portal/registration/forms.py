"""The forms of the public pages: made of the clinic's questions, shape only."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.insurance.models import Coverage
from osler.clinic.intake.answers import OTHER, registers_too_young
from osler.clinic.intake.models import ConsentForm, QuestionnaireItem
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import CardSelect, SegmentedSelect

Kind = QuestionnaireItem.Kind
FOR_WHOM = [
    ("self", gettext_lazy("I register myself")),
    ("child", gettext_lazy("I register a child")),
    ("other", gettext_lazy("I register an adult whom I care for")),
]
GUARDIANS = [
    ("", gettext_lazy("Please choose")),
    ("MTH", gettext_lazy("Mother")),
    ("FTH", gettext_lazy("Father")),
    ("GRPRN", gettext_lazy("Grandparent")),
    ("GUARD", gettext_lazy("Legal guardian")),
    ("SPS", gettext_lazy("Spouse")),
    ("CHILD", gettext_lazy("Son or daughter")),
    ("SIB", gettext_lazy("Brother or sister")),
    ("O", gettext_lazy("Somebody else")),
]
PURPOSES = {
    "Patient.given": "given-name",
    "Patient.family": "family-name",
    "Patient.birth_date": "bday",
    "Patient.phone": "tel",
    "Patient.email": "email",
    "Patient.line": "street-address",
    "Patient.city": "address-level2",
    "Patient.state": "address-level1",
    "Patient.postal_code": "postal-code",
}
"""What browsers fill in by themselves (WCAG 1.3.5), where somebody registers himself."""

MODELS = {"Patient": Patient, "Coverage": Coverage, "RelatedPerson": RelatedPerson}
LONGEST_LINE, MOST_LINES, LONGEST_TEXT = 200, 40, 2000
FEW = 8
PEN = re.compile(r"(?:M\d{1,3} \d{1,3}(?:L\d{1,3} \d{1,3})+){1,80}")
LONGEST_PEN = 12_000


class LinesField(forms.CharField):
    """A list, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4})

    def clean(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().clean(value)
        lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise ValidationError(_("Please keep to forty lines of two hundred characters."))
        return lines

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class BeginForm(forms.Form):
    """Who is registered; and a field that nobody sees and only machines fill."""

    use_required_attribute = False
    for_whom = forms.ChoiceField(
        label=gettext_lazy("Who is registered?"), choices=FOR_WHOM, initial="self", widget=CardSelect
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this field empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise ValidationError(_("Please leave this field empty."))
        return ""


class GuardianForm(forms.Form):
    """Who registers somebody else."""

    use_required_attribute = False
    prefix = "guardian"
    name = forms.CharField(
        label=gettext_lazy("Your full name"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    relationship = forms.ChoiceField(label=gettext_lazy("You are the patient's"), choices=GUARDIANS)
    phone = forms.CharField(
        label=gettext_lazy("Your phone"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"),
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class AnswerForm(forms.Form):
    """A page of questions. Questions that count only after another answer are asked for only then."""

    use_required_attribute = False

    def __init__(
        self,
        data: Any = None,
        *,
        items: list[QuestionnaireItem],
        answers: Mapping[str, Any],
        own_age: int = 0,
    ) -> None:
        raw = answers.get("_raw", {})
        initial = {name: raw.get(name, _shown(value)) for name, value in answers.items()}
        super().__init__(data, initial=initial)
        self.items, self.own_age = items, own_age
        is_self = answers.get("for", "self") == "self"
        for item in items:
            self.fields[item.link_id] = _field(item, is_self=is_self and not item.asked_if)
            if item.kind == Kind.OPEN_CHOICE:
                self.fields[f"{item.link_id}-other"] = forms.CharField(
                    label=_("Others, with commas between"), required=False, max_length=300
                )
                said = answers.get(item.link_id) or []
                own = [one.removeprefix(OTHER) for one in said if one.startswith(OTHER)]
                self.initial[f"{item.link_id}-other"] = ", ".join(own)
        self.is_self = is_self

    @property
    def rows(self) -> list[tuple[QuestionnaireItem, Any, Any]]:
        """Each question with its fields."""
        others = {
            item.link_id: f"{item.link_id}-other" for item in self.items if item.kind == Kind.OPEN_CHOICE
        }
        return [
            (item, self[item.link_id], self[others[item.link_id]] if item.link_id in others else None)
            for item in self.items
        ]

    def full_clean(self) -> None:
        for item in self.items if self.is_bound else ():
            name, sign, wanted = item.asked_if.partition("=")
            if sign and self.data.get(name) != wanted:
                self.fields[item.link_id].required = False
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for item in self.items:
            if item.definition == "Patient.birth_date" and (born := data.get(item.link_id)):
                self._check_birth(item.link_id, born)
        return data

    def _check_birth(self, name: str, born: date) -> None:
        if born.year < 1850:
            self.add_error(name, _("Please check the year."))
        elif self.is_self and registers_too_young(born, own_age=self.own_age):
            self.add_error(
                name,
                _(
                    "Somebody under %(age)s is registered by a parent or guardian. Go back to the first page"
                    " and choose “a child”, or call us."
                )
                % {"age": self.own_age},
            )

    def answers(self) -> dict[str, Any]:
        """What to keep: every answer that can be read, and as typed what cannot."""
        self.is_valid()
        kept: dict[str, Any] = {}
        raw = {}
        for item in self.items:
            value = self.cleaned_data.get(item.link_id)
            if item.link_id not in self.cleaned_data or item.link_id in self.errors:
                value, raw[item.link_id] = None, self.data.get(item.link_id, "")[:LONGEST_TEXT]
            if item.kind == Kind.OPEN_CHOICE:
                others = str(self.cleaned_data.get(f"{item.link_id}-other", "")).split(",")
                value = [*(value or []), *(f"{OTHER}{one.strip()}" for one in others if one.strip())]
            kept[item.link_id] = value.isoformat() if isinstance(value, date) else value
        return kept | {"_raw": raw}


class SignForm(forms.Form):
    """The texts that are agreed to, and the signature under them: drawn, or the name typed."""

    use_required_attribute = False
    signer_name = forms.CharField(
        label=gettext_lazy("Your full name"),
        help_text=gettext_lazy("Typing your name here counts as your signature."),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    drawn = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LONGEST_PEN)

    def __init__(
        self, data: Any = None, *, texts: list[ConsentForm], signed: Mapping[str, Mapping[str, str]]
    ) -> None:
        last = next(iter(signed.values()), {})
        super().__init__(data, initial={"signer_name": last.get("name", ""), "drawn": last.get("drawn", "")})
        self.texts = texts
        for text in texts:
            self.fields[f"agree-{text.id}"] = forms.BooleanField(
                label=_("I have read this and agree"),
                required=text.is_required,
                initial=str(text.id) in signed,
                error_messages={
                    "required": _(
                        "Without this we cannot register you online. You can also talk to us first."
                    )
                },
            )

    @property
    def rows(self) -> list[tuple[ConsentForm, Any]]:
        return [(text, self[f"agree-{text.id}"]) for text in self.texts]

    def clean_drawn(self) -> str:
        drawn = str(self.cleaned_data["drawn"])
        if drawn and not PEN.fullmatch(drawn):
            raise ValidationError(
                _("The drawn signature could not be read. Please draw it again, or leave it out.")
            )
        return drawn

    def agreed(self) -> dict[str, str]:
        """The texts that are signed: id and title, as they were read."""
        return {
            str(text.id): text.told_title for text in self.texts if self.cleaned_data.get(f"agree-{text.id}")
        }


class BirthDateForm(forms.Form):
    """What only whoever has begun knows."""

    use_required_attribute = False
    birth_date = ClinicDateField(
        label=gettext_lazy("Birth date of the person who is registered"), is_past=True
    )


class LinkForm(forms.Form):
    """Where the link goes."""

    use_required_attribute = False
    email = forms.EmailField(
        label=gettext_lazy("Your e-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


def _shown(value: Any) -> Any:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return date.fromisoformat(value)
    return value


def _field(item: QuestionnaireItem, *, is_self: bool) -> forms.Field:
    options = [(one.code, one.told_text) for one in item.choices]
    basic: dict[str, Any] = {"label": item.told_text, "help_text": item.told_hint, "required": item.required}
    if item.kind == Kind.DATE:
        return _date(item, basic, is_self=is_self)
    if item.kind == Kind.BOOLEAN:
        return forms.ChoiceField(
            choices=[("yes", _("Yes")), ("no", _("No"))], widget=SegmentedSelect, **basic
        )
    if item.kind == Kind.CHOICE:
        if len(options) > FEW:
            return forms.ChoiceField(choices=[("", _("Please choose")), *options], **basic)
        return forms.ChoiceField(choices=options, widget=forms.RadioSelect, **basic)
    if item.kind == Kind.OPEN_CHOICE:
        return forms.MultipleChoiceField(choices=options, widget=forms.CheckboxSelectMultiple, **basic)
    if item.kind == Kind.LINES:
        return LinesField(max_length=LONGEST_LINE * MOST_LINES, **basic)
    if item.kind == Kind.TEXT:
        return forms.CharField(max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4}), **basic)
    return _string(item, basic, is_self=is_self)


def _date(item: QuestionnaireItem, basic: dict[str, Any], *, is_self: bool) -> forms.Field:
    field = ClinicDateField(is_past=item.definition == "Patient.birth_date", **basic)
    if is_self and item.definition in PURPOSES:
        field.widget.attrs["autocomplete"] = PURPOSES[item.definition]
    return field


def _string(item: QuestionnaireItem, basic: dict[str, Any], *, is_self: bool) -> forms.Field:
    model, _dot, name = item.definition.partition(".")
    longest = (
        getattr(MODELS[model]._meta.get_field(name), "max_length", None) if _holds(model, name) else None
    )
    purpose = PURPOSES.get(item.definition, "off") if is_self else "off"
    attrs = {"autocomplete": purpose} | ({"type": "tel"} if name == "phone" else {})
    if name == "email":
        return forms.EmailField(widget=forms.EmailInput(attrs=attrs), **basic)
    return forms.CharField(
        max_length=min(longest or LONGEST_LINE, 300), widget=forms.TextInput(attrs=attrs), **basic
    )


def _holds(model: str, name: str) -> bool:
    known = MODELS.get(model)
    return known is not None and name in {field.name for field in known._meta.get_fields()} - {"payer"}
