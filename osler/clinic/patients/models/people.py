"""Who receives care: Patient, and the numbers that systems gave them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.national import CODES, is_protected, masked
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.ui.dates import as_known
from osler.foundation.vault.sealing import SealedText, blind_index
from osler.kernel.names import full_name, sorted_name


class Patient(ResourceRow):
    """A person who receives care here (FHIR R4 Patient). `mrn` is allotted by the database.

    A chart that was merged into another stays, closed: `replaced_by` says where its rows are.
    """

    class Gender(models.TextChoices):
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")
        OTHER = "other", _("Other")
        UNKNOWN = "unknown", _("Unknown")

    class ContactBy(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")
        PHONE = "phone", _("Phone call")
        NONE = "none", _("Do not contact")

    mrn = models.CharField(
        _("MRN"),
        max_length=20,
        db_default=RawSQL("patients_next_mrn()", ()),
        editable=False,
    )
    active = models.BooleanField(default=True)
    given = models.CharField(_("Given names"), max_length=200, blank=True, default="")
    family = models.CharField(_("Family name"), max_length=200, blank=True, default="")
    suffix = models.CharField(_("Suffix"), max_length=40, blank=True, default="")
    name_used = models.CharField(_("Name in use"), max_length=200, blank=True, default="")
    is_unidentified = models.BooleanField(default=False, db_default=False, editable=False)
    birth_date = models.DateField(_("Birth date"), null=True, blank=True)
    birth_date_estimated = models.BooleanField(default=False)
    gender = models.CharField(_("Sex"), max_length=8, choices=Gender, default=Gender.UNKNOWN)
    gender_identity = models.CharField(_("Gender identity"), max_length=100, blank=True, default="")
    pronouns = models.CharField(_("Pronouns"), max_length=40, blank=True, default="")
    deceased_at = models.DateTimeField(null=True, blank=True)
    marital_status = models.CharField(_("Marital status"), max_length=8, blank=True, default="")
    language = models.CharField(_("Language"), max_length=12, blank=True, default="en")
    needs_interpreter = models.BooleanField(_("Needs an interpreter"), default=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    email = models.EmailField(_("E-mail"), blank=True, default="")
    contact_by = models.CharField(_("Reach by"), max_length=8, choices=ContactBy, default=ContactBy.EMAIL)
    line = models.CharField(_("Street"), max_length=300, blank=True, default="")
    city = models.CharField(_("City"), max_length=100, blank=True, default="")
    state = models.CharField(_("State"), max_length=40, blank=True, default="")
    postal_code = models.CharField(_("ZIP code"), max_length=20, blank=True, default="")
    former_names = ArrayField(
        models.CharField(max_length=450),
        default=list,
        db_default=RawSQL("'{}'::varchar[]", ()),
        blank=True,
    )
    replaced_by = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced", editable=False
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "family", "given", "id"],
                name="patient_by_name",
            ),
            models.Index(fields=["organization_id", "birth_date"], name="patient_by_birth_date"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "mrn"], name="patient_mrn_unique"),
            models.UniqueConstraint(
                fields=["organization_id", "given"],
                condition=Q(is_unidentified=True),
                name="patient_unidentified_name",
            ),
            models.CheckConstraint(
                condition=Q(birth_date=None) | Q(birth_date__gte=date(1850, 1, 1)),
                name="patient_birth_date_sane",
            ),
            models.CheckConstraint(
                condition=Q(replaced_by=None) | (Q(active=False) & ~Q(replaced_by=F("id"))),
                name="patient_replaced_is_inactive",
            ),
        ]

    def __str__(self) -> str:
        return full_name(given=self.given, family=self.family, suffix=self.suffix) or str(_("Unnamed"))

    @classmethod
    def from_db(  # type: ignore[override]  # the stubs describe a later Django
        cls, db: str | None, field_names: Collection[str], values: Collection[Any]
    ) -> Self:
        """An estimated birth date is shown as one wherever it is shown."""
        patient = super().from_db(db, field_names, values)
        known = patient.__dict__
        if known.get("birth_date") and known.get("birth_date_estimated"):
            patient.birth_date = as_known(patient.birth_date, is_estimated=True)
        return patient

    noted: Sequence[tuple[str, Any]] = ()
    """Numbers with their types that are noted in one stroke with a new row, for its FHIR text."""
    noted_own: Mapping[str, Any] | None = None
    """The same of the clinic's own fields, by key."""

    @property
    def list_name(self) -> str:
        """Family name first."""
        return sorted_name(given=self.given, family=self.family) or str(_("Unnamed"))


class PatientIdentifier(Row):
    """A number that some system gave the patient; no two patients share one (A46).

    `value` is what is looked for: the number itself or, of a national number or member id, its
    blind index, while the number lies sealed beside it. Read it through `number`, write it by `keep`.
    """

    VALUES = "patients_patientidentifier.value"

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=200)
    value_sealed = models.BinaryField(default=b"", editable=False)
    sealed_number = SealedText("value_sealed")
    type_code = models.CharField(max_length=20, blank=True, default="")
    is_sole = models.BooleanField(default=False, db_default=False, editable=False)
    """That no other number of its type may stand beside it; said by the database when it is written."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "system", "value"],
                name="patientidentifier_one_patient",
            ),
            models.CheckConstraint(condition=~Q(value=""), name="patientidentifier_not_empty"),
            models.CheckConstraint(
                condition=~Q(type_code__in=CODES) | ~Q(value_sealed=b""), name="patientidentifier_sealed"
            ),
            models.UniqueConstraint(
                fields=["patient", "system"],
                condition=Q(is_sole=True),
                name="patientidentifier_one_of_a_kind",
            ),
        ]

    def keep(self, number: str) -> None:
        """Take a number, sealed if it is of a kind that is; the row knows its organization by then."""
        self.value, self.value_sealed = number, b""
        if number and is_protected(self.system, [self.type_code]):
            self.sealed_number = number
            self.value = blind_index(number, organization=self.organization_id, column=self.VALUES)

    @property
    def is_sealed(self) -> bool:
        return bool(self.value_sealed)

    @property
    def number(self) -> str:
        """The number in full."""
        return self.sealed_number if self.is_sealed else self.value

    @property
    def masked(self) -> str:
        """The number as it is shown unless somebody asks: of a sealed one, its end."""
        return masked(self.number) if self.is_sealed else self.value
