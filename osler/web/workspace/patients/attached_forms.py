"""Forms of what hangs on a patient: insurance, contacts, alerts, numbers."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.covering import days
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import IdentifierType, Patient, RelatedPerson
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.fields import SegmentedSelect
from osler.kernel import clock
from osler.web.workspace.patients.desk_forms import checked_at_once
from osler.web.workspace.patients.forms import RELATIONSHIPS

NUMBER_KINDS = [
    ("DL", _("Driver's license")),
    ("PPN", _("Passport")),
    ("MR", _("MRN of another clinic")),
    ("OTH", _("Other number")),
]


class CoverageForm(forms.Form):
    """An insurance card."""

    payer = forms.ModelChoiceField(label=_("Insurer"), queryset=Payer.objects.none())
    member_id = forms.CharField(label=_("Member ID"), max_length=60)
    group_number = forms.CharField(label=_("Group number"), max_length=60, required=False)
    plan_name = forms.CharField(label=_("Plan"), max_length=200, required=False)
    priority = forms.TypedChoiceField(
        label=_("Rank"),
        choices=[(1, _("Primary")), (2, _("Secondary")), (3, _("Tertiary"))],
        coerce=int,
        widget=SegmentedSelect,
        initial=1,
    )
    relationship = forms.ChoiceField(label=_("The patient is"), choices=Coverage.Relationship.choices)
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

    def __init__(self, *args: Any, payers: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["payer"].queryset = payers  # type: ignore[attr-defined]

    def coverage(self, patient: Patient) -> Coverage:
        """The unsaved coverage."""
        data = self.cleaned_data
        return Coverage(
            patient=patient,
            period=days(data["first_day"] or clock.today(), data["last_day"]),
            **{
                name: data[name]
                for name in (
                    "payer",
                    "group_number",
                    "plan_name",
                    "priority",
                    "relationship",
                    "subscriber_name",
                    "copay_amount",
                )
            },
        )


class CoverageAmendForm(CoverageForm):
    """What stands on a card that is noted already: insurer, rank and days have ways of their own."""

    AMENDED: ClassVar[tuple[str, ...]] = (
        "member_id",
        "group_number",
        "plan_name",
        "relationship",
        "subscriber_name",
        "copay_amount",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, payers=Payer.objects.none(), **kwargs)
        for name in [name for name in self.fields if name not in self.AMENDED]:
            del self.fields[name]
        self.fields["member_id"].required = False  # imported cards may lack it


class RelatedPersonForm(forms.Form):
    """Somebody close to a patient."""

    name = forms.CharField(label=_("Name"), max_length=300)
    relationship = forms.ChoiceField(label=_("Relationship"), choices=RELATIONSHIPS, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_emergency_contact = forms.BooleanField(label=_("Emergency contact"), required=False)
    is_guarantor = forms.BooleanField(label=_("Pays the bills"), required=False)

    def person(self, patient: Patient) -> RelatedPerson:
        """The unsaved row."""
        return RelatedPerson(patient=patient, **self.cleaned_data)


class FlagForm(forms.Form):
    """An alert."""

    text = forms.CharField(label=_("Alert"), max_length=200)


class NumberForm(forms.Form):
    """A number: of one of the clinic's types, or one that another system gave the patient."""

    kind = forms.ChoiceField(label=_("Kind"), choices=())
    value = forms.CharField(
        label=_("Number"), max_length=100, widget=forms.TextInput(attrs=checked_at_once("value"))
    )
    issuer = forms.CharField(
        label=_("Issued by"), max_length=100, required=False, help_text=_("State, country or other clinic")
    )

    def __init__(self, *args: Any, types: list[IdentifierType], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.types = {str(one.id): one for one in types}
        ours = [(key, _with_site(one)) for key, one in self.types.items()]
        others = [(_("Of other systems"), NUMBER_KINDS)] if ours else NUMBER_KINDS
        self.fields["kind"].choices = [*ours, *others]  # type: ignore[attr-defined]


def _with_site(kind: IdentifierType) -> str:
    words = f"{kind.told_name} · {kind.location}" if kind.location_id else kind.told_name
    return f"{words} ({kind.shape_words})" if kind.shape else words
