"""Forms of insurance cards: noted, corrected, replaced by a new one."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, InsurancePlan, Payer
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.dates import born_text
from osler.foundation.ui.fields import RowForm, SegmentedSelect
from osler.kernel import clock

HERE, CLOSE = "patient", "person"


class PlanField(forms.ModelChoiceField):
    """The plans of all insurers, each under its insurer."""

    def group(self, plans: Iterable[InsurancePlan]) -> None:
        """Offer these."""
        by_payer: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for plan in plans:
            by_payer[plan.payer.name].append((str(plan.id), f"{plan.name} · {plan.get_kind_display()}"))
        self.choices = [("", "—"), *by_payer.items()]


class CoverageForm(RowForm):
    """An insurance card."""

    ROWS = (
        ("payer", "plan"),
        ("member_id", "group_number"),
        ("plan_name", "copay_amount"),
        ("priority",),
        ("relationship", "subscriber"),
        ("subscriber_name",),
        ("first_day", "last_day"),
    )

    payer = forms.ModelChoiceField(label=_("Insurer"), queryset=Payer.objects.none(), empty_label="—")
    plan = PlanField(
        label=_("Plan"),
        queryset=InsurancePlan.objects.none(),
        required=False,
        help_text=_("Its copay and rules count where the card says nothing else."),
    )
    member_id = forms.CharField(label=_("Member ID"), max_length=60)
    group_number = forms.CharField(label=_("Group number"), max_length=60, required=False)
    plan_name = forms.CharField(label=_("Plan, as the card says"), max_length=200, required=False)
    priority = forms.TypedChoiceField(
        label=_("Rank"),
        choices=[(1, _("Primary")), (2, _("Secondary")), (3, _("Tertiary"))],
        coerce=int,
        widget=SegmentedSelect,
        initial=1,
    )
    relationship = forms.ChoiceField(label=_("The patient is"), choices=Coverage.Relationship.choices)
    subscriber = forms.ChoiceField(label=_("Whose insurance"), required=False)
    subscriber_name = forms.CharField(
        label=_("Subscriber"),
        max_length=200,
        required=False,
        help_text=_("If it is somebody else's insurance"),
    )
    copay_amount = forms.DecimalField(
        label=_("Copay"), min_value=0, max_digits=8, decimal_places=2, required=False
    )
    first_day = ClinicDateField(label=_("First day"), required=False)
    last_day = ClinicDateField(label=_("Last day"), required=False)

    def __init__(
        self,
        *args: Any,
        payers: Any,
        plans: Any = None,
        subscribers: Iterable[Patient | RelatedPerson] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]
        self._offer_plans(plans)
        self.subscribers = {_key(one): one for one in subscribers}
        if self.subscribers:
            choices = [("", "—"), *((key, _subscriber_word(one)) for key, one in self.subscribers.items())]
            self.fields["subscriber"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["subscriber"]

    def _offer_plans(self, plans: Any) -> None:
        field = self.fields["plan"]
        assert isinstance(field, PlanField)
        found = list(plans) if plans is not None else []
        if found:
            field.queryset = plans
            field.group(found)
        else:
            del self.fields["plan"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        plan, payer = data.get("plan"), data.get("payer")
        if plan and payer and plan.payer_id != payer.id:
            self.add_error("plan", _("This plan belongs to another insurer."))
        is_self = data.get("relationship") == Coverage.Relationship.SELF
        if is_self and data.get("subscriber"):
            words = _("Choose what the patient is to the subscriber.")
            self.add_error("relationship", words)
        return data

    def said(self) -> dict[str, Any]:
        """What the card says, by the fields of a coverage; the member id apart."""
        data = self.cleaned_data
        names = ("plan", "group_number", "plan_name", "relationship", "subscriber_name", "copay_amount")
        found = {name: data[name] for name in names if name in data}
        if "subscriber" in data:
            somebody = self.subscribers.get(data["subscriber"])
            found["subscriber_patient"] = somebody if isinstance(somebody, Patient) else None
            found["subscriber_person"] = somebody if isinstance(somebody, RelatedPerson) else None
        return found

    def coverage(self, patient: Patient) -> Coverage:
        """The unsaved coverage."""
        data = self.cleaned_data
        return Coverage(
            patient=patient,
            payer=data["payer"],
            priority=data.get("priority", 1),
            period=days(data["first_day"] or clock.today(), data.get("last_day")),
            **self.said(),
        )


class CoverageAmendForm(CoverageForm):
    """What stands on a card that is noted already: insurer, rank and days have ways of their own."""

    AMENDED: ClassVar[tuple[str, ...]] = (
        "plan",
        "member_id",
        "group_number",
        "plan_name",
        "relationship",
        "subscriber",
        "subscriber_name",
        "copay_amount",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, payers=Payer.objects.none(), **kwargs)
        for name in [name for name in self.fields if name not in self.AMENDED]:
            del self.fields[name]
        self.fields["member_id"].required = False  # imported cards may lack it

    def changes(self) -> dict[str, Any]:
        """What is to be written of it."""
        return {**self.said(), "member_id": self.cleaned_data["member_id"]}


class CoverageReplaceForm(CoverageForm):
    """A new card that takes the place of an old one, and its rank."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["priority"], self.fields["last_day"]
        first_day = self.fields["first_day"]
        first_day.label, first_day.required = _("First day of the new card"), True
        first_day.help_text = _("The old card ends the day before.")


def initial_of(coverage: Coverage) -> dict[str, Any]:
    """A form that begins with what a card says."""
    somebody = coverage.subscriber_patient or coverage.subscriber_person
    return {
        "payer": coverage.payer_id,
        "plan": coverage.plan_id,
        "member_id": coverage.member_id,
        "group_number": coverage.group_number,
        "plan_name": coverage.plan_name,
        "relationship": coverage.relationship,
        "subscriber": _key(somebody) if somebody else "",
        "subscriber_name": coverage.subscriber_name,
        "copay_amount": coverage.copay_amount,
    }


def _key(somebody: Patient | RelatedPerson) -> str:
    return f"{HERE if isinstance(somebody, Patient) else CLOSE}:{somebody.id}"


def _subscriber_word(somebody: Patient | RelatedPerson) -> str:
    if isinstance(somebody, Patient):
        return f"{somebody}, {born_text(somebody.birth_date)}, {somebody.mrn}"
    return f"{somebody.name}, {somebody.relationship_word or _('Other')}"
