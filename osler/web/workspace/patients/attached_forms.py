"""Forms of what hangs on a patient: contacts, alerts, numbers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import IdentifierType, Patient, RelatedPerson
from osler.foundation.ui.birth_dates import BirthDateField
from osler.foundation.ui.fields import RowForm
from osler.web.workspace.patients.desk_forms import checked_at_once
from osler.web.workspace.patients.forms import RELATIONSHIPS, SEXES

NUMBER_KINDS = [
    ("DL", _("Driver's license")),
    ("PPN", _("Passport")),
    ("MR", _("MRN of another clinic")),
    ("OTH", _("Other number")),
]


class RelatedPersonForm(RowForm):
    """Somebody close to a patient."""

    ROWS = (
        ("name", "relationship"),
        ("phone", "email"),
        ("is_emergency_contact",),
        ("is_guarantor",),
        ("birth_date", "gender"),
        ("line",),
        ("city", "state", "postal_code"),
    )

    name = forms.CharField(label=_("Name"), max_length=300)
    relationship = forms.ChoiceField(label=_("Relationship"), choices=RELATIONSHIPS, required=False)
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )
    email = forms.EmailField(label=_("E-mail"), required=False)
    is_emergency_contact = forms.BooleanField(label=_("Emergency contact"), required=False)
    is_guarantor = forms.BooleanField(
        label=_("Pays the bills"),
        required=False,
        help_text=_("One person at a time: whoever did so before no longer does."),
    )
    birth_date = BirthDateField(
        label=_("Birth date"),
        required=False,
        help_text=_("An insurer asks for it, and for sex and address, if it is this person's insurance."),
    )
    gender = forms.ChoiceField(label=_("Sex"), choices=[("", "—"), *SEXES], required=False)
    line = forms.CharField(label=_("Street"), max_length=300, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    state = forms.CharField(label=_("State"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("ZIP code"), max_length=20, required=False)

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
