"""Forms of the desk: shape only, the deeds decide."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.models import Payer
from osler.clinic.patients.desk_layout import AMENDMENT, INSURANCE, REGISTRATION, Layout
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.accounts.models import User
from osler.foundation.ui.birth_dates import BirthDateField
from osler.foundation.ui.dates import Around
from osler.foundation.ui.fields import SegmentedSelect
from osler.web.workspace.patients.desk_forms import LaidOutForm

RELATIONSHIPS = [("", "—"), *RelatedPerson.Relationship.choices]
MARITAL = [
    ("", _("Not recorded")),
    ("S", _("Never married")),
    ("M", _("Married")),
    ("T", _("Domestic partner")),
    ("D", _("Divorced")),
    ("L", _("Separated")),
    ("W", _("Widowed")),
]
LANGUAGES = [
    *User.Language.choices,
    ("zh", "中文"),
    ("vi", "Tiếng Việt"),
    ("ar", "العربية"),
    ("fr", "Français"),
    ("other", _("Other")),
]
SEXES = [choice for choice in Patient.Gender.choices if choice[0] != "unknown"] + [("unknown", _("Unknown"))]


class PersonForm(LaidOutForm):
    """Who somebody is and how to reach him: five fields are enough, unless the clinic wants others."""

    given = forms.CharField(label=_("Given names"), max_length=200)
    family = forms.CharField(label=_("Family name"), max_length=200)
    birth_date = BirthDateField(
        label=_("Birth date"), help_text=_("Any format: 7/14/45. If unknown: 1945 or 81 y")
    )
    gender = forms.ChoiceField(label=_("Sex"), choices=SEXES, widget=SegmentedSelect)
    phone = forms.CharField(label=_("Phone"), max_length=40, widget=forms.TextInput(attrs={"type": "tel"}))
    name_used = forms.CharField(label=_("Name in use"), max_length=200, required=False)
    pronouns = forms.CharField(label=_("Pronouns"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    contact_by = forms.ChoiceField(label=_("Reach by"), choices=Patient.ContactBy.choices, required=False)
    line = forms.CharField(label=_("Street"), max_length=300, required=False)
    city = forms.CharField(label=_("City"), max_length=100, required=False)
    state = forms.CharField(label=_("State"), max_length=40, required=False)
    postal_code = forms.CharField(label=_("ZIP code"), max_length=20, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES, required=False)
    needs_interpreter = forms.BooleanField(label=_("Needs an interpreter"), required=False)
    suffix = forms.CharField(label=_("Suffix"), max_length=40, required=False)
    gender_identity = forms.CharField(label=_("Gender identity"), max_length=100, required=False)
    marital_status = forms.ChoiceField(label=_("Marital status"), choices=MARITAL, required=False)

    PERSON: ClassVar[tuple[str, ...]] = (
        "given",
        "family",
        "birth_date",
        "gender",
        "phone",
        "name_used",
        "pronouns",
        "email",
        "contact_by",
        "line",
        "city",
        "state",
        "postal_code",
        "language",
        "needs_interpreter",
        "suffix",
        "gender_identity",
        "marital_status",
    )

    def person(self) -> dict[str, Any]:
        """The fields of a patient that this form holds."""
        typed = self.typed()
        known = {name: typed[name] for name in self.PERSON if name in typed}
        if "gender" in known:
            known["gender"] = known["gender"] or Patient.Gender.UNKNOWN
        if "birth_date" in known:
            known["birth_date_estimated"] = isinstance(known["birth_date"], Around)
        return known

    def as_typed(self) -> Patient:
        """The person as far as typed, unsaved: for the look at likely duplicates."""
        self.is_valid()
        typed = {name: value for name, value in self.person().items() if value not in (None, "")}
        return Patient(**typed)


class IdentityForm(PersonForm):
    """Who an unidentified patient is: what registration asks of the person."""

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lay_out(layout, REGISTRATION, has_own=False)


class RegistrationForm(PersonForm):
    """A new patient on one page, with insurance and an emergency contact if there are any.

    Without `payers` the insurance is left out: the role does not note any.
    """

    payer = forms.ModelChoiceField(
        label=_("Insurer"),
        queryset=Payer.objects.none(),
        required=False,
        empty_label=_("Pays without insurance"),
    )
    member_id = forms.CharField(label=_("Member ID"), max_length=60, required=False)
    group_number = forms.CharField(label=_("Group number"), max_length=60, required=False)
    copay_amount = forms.DecimalField(
        label=_("Copay"), min_value=0, max_digits=8, decimal_places=2, required=False
    )
    contact_name = forms.CharField(label=_("Name"), max_length=300, required=False)
    contact_relationship = forms.ChoiceField(label=_("Relationship"), choices=RELATIONSHIPS, required=False)
    contact_phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"})
    )

    def __init__(self, *args: Any, layout: Layout, payers: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["gender"].initial = None
        if payers is None:
            for name in INSURANCE:
                del self.fields[name]
        else:
            self.fields["payer"].queryset = payers  # type: ignore[attr-defined]
        self.lay_out(layout, REGISTRATION)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("payer") and "member_id" in self.fields and not data.get("member_id"):
            self.add_error("member_id", _("Enter the member ID that is on the card."))
        if data.get("contact_phone") and not data.get("contact_name"):
            self.add_error("contact_name", _("Enter whose phone number this is."))
        if data.get("contact_by") == Patient.ContactBy.EMAIL and not data.get("email"):
            data["contact_by"] = Patient.ContactBy.PHONE  # the first choice of the list, and no address
        return data


class AmendmentForm(PersonForm):
    """What is known of a patient, to be corrected or completed."""

    active = forms.BooleanField(label=_("Is a patient here"), required=False)

    PERSON: ClassVar[tuple[str, ...]] = (*PersonForm.PERSON, "active")

    def __init__(self, *args: Any, layout: Layout, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("given", "birth_date", "phone"):  # imported records may lack them
            self.fields[name].required = False
        language = (self.initial or {}).get("language")
        field = self.fields["language"]
        if language and language not in dict(field.choices):  # type: ignore[attr-defined]
            field.choices = [*field.choices, (language, language)]  # type: ignore[attr-defined]
        marital = self.fields["marital_status"]
        status = (self.initial or {}).get("marital_status")
        if status and status not in dict(marital.choices):  # type: ignore[attr-defined]
            marital.choices = [*marital.choices, (status, status)]  # type: ignore[attr-defined]
        self.lay_out(layout, AMENDMENT)
