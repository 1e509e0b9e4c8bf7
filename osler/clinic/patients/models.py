"""Patient, PatientIdentifier, RelatedPerson, Flag; of merging PatientLink, of matching MatchPair."""

from collections.abc import Collection
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.national import CODES, is_protected, masked
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import CURRENT_ORGANIZATION, ResourceRow, Row
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


class RelatedPerson(ResourceRow):
    """Somebody close to the patient: emergency contact, guardian, guarantor.

    `relationship` is a code of HL7 v3 RoleCode, or the words of the sender.
    """

    class Relationship(models.TextChoices):
        SPOUSE = "SPS", _("Spouse")
        PARTNER = "DOMPART", _("Partner")
        MOTHER = "MTH", _("Mother")
        FATHER = "FTH", _("Father")
        CHILD = "CHILD", _("Child")
        SIBLING = "SIB", _("Brother or sister")
        GRANDPARENT = "GRPRN", _("Grandparent")
        GUARDIAN = "GUARD", _("Guardian")
        FRIEND = "FRND", _("Friend")
        OTHER = "O", _("Other")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="related_people")
    name = models.CharField(_("Name"), max_length=300)
    relationship = models.CharField(_("Relationship"), max_length=40, blank=True, default="")
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    is_emergency_contact = models.BooleanField(default=False)
    is_guarantor = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    @property
    def relationship_word(self) -> str:
        """The relationship as it is read."""
        known = dict(self.Relationship.choices)
        return str(known.get(self.relationship, self.relationship))


class Flag(ResourceRow):
    """An alert that stands in the banner (FHIR R4 Flag)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="flags")
    text = models.CharField(_("Alert"), max_length=200)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)


class SearchToken(models.Model):
    """A folded word, sound, number or date by which a patient is found; kept by triggers.

    Compared with `=`, `>=` and `<` on text only: these are leakproof, so the index works under
    row-level security, where trigram and LIKE would not (PROMISES D2).
    `kind`: n name word, w two words of the name in either order, s sound of a word, t two sounds in
    alphabetical order, i identifier, p phone digits (last 10, last 7), b birth date (YYYYMMDD), a house
    number or postal code with the beginning of the street, e e-mail address.
    """

    pk = models.CompositePrimaryKey("organization_id", "kind", "token", "patient_id")
    organization_id = models.UUIDField()
    kind = models.CharField(max_length=1)
    token = models.CharField(max_length=200, db_collation="C")
    patient_id = models.UUIDField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient_id", "kind", "token"], name="searchtoken_of_patient")
        ]


class MatchPair(Row):
    """Two records that may be one person, found by the sweep; `one` has the lower key.

    Of a decided pair, weight and levels stay as they were when it was decided: it comes back only
    when the records have become more alike since. No portal sees it (a wall of its own).
    """

    class Status(models.TextChoices):
        OPEN = "open", _("To decide")
        NOT_DUPLICATE = "not-a-duplicate", _("Not the same person")
        MERGED = "merged", _("Merged")
        UNLIKE = "unlike", _("No longer alike")

    one = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    other = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    levels = models.CharField(max_length=400)
    status = models.CharField(max_length=20, choices=Status, default=Status.OPEN)
    decided_by = models.UUIDField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("Why"), max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "status", "-weight", "id"], name="matchpair_worklist"),
            models.Index(fields=["other"], name="matchpair_of_other"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "one", "other"], name="matchpair_once"),
            models.CheckConstraint(condition=Q(one__lt=F("other")), name="matchpair_in_order"),
            models.CheckConstraint(
                condition=~Q(status="not-a-duplicate") | Q(decided_at__isnull=False),
                name="matchpair_says_when_decided",
            ),
        ]


class MatchDue(models.Model):
    """A patient whose pairs are to be looked for: written by triggers whenever what is compared may
    have changed, taken away by the sweep. One row for each change, so that nobody waits for another."""

    id = models.UUIDField(primary_key=True)
    organization_id = models.UUIDField()
    patient_id = models.UUIDField()


class MatchWeight(Row):
    """What a level of likeness weighs here, learnt from pairs that people have decided; what is not
    learnt weighs as shipped. The counts say from how much it was learnt."""

    level = models.CharField(max_length=40)
    weight = models.DecimalField(max_digits=6, decimal_places=2)
    same_with = models.PositiveIntegerField()
    same_compared = models.PositiveIntegerField()
    other_with = models.PositiveIntegerField()
    other_compared = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "level"], name="matchweight_one_for_level"),
            models.CheckConstraint(
                condition=Q(weight__gte=-30, weight__lte=30), name="matchweight_within_reason"
            ),
            models.CheckConstraint(
                condition=Q(same_with__lte=F("same_compared"), other_with__lte=F("other_compared")),
                name="matchweight_counts_fit",
            ),
        ]


class PatientLink(Row):
    """That two charts are one person's: the duplicate is merged into the survivor (FHIR R4 Patient.link).

    Somebody proposes; where birth date, sex or a national number differ, somebody else decides
    (`patientlink_second_person`). `taken` names what the survivor takes from the duplicate. Only the
    functions in sql/0004_merging.sql change a link: the web role may add one and read all.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Proposed")
        MERGED = "merged", _("Merged")
        UNMERGED = "unmerged", _("Undone")
        DECLINED = "declined", _("Declined")

    survivor = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    duplicate = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    status = models.CharField(max_length=8, choices=Status, default=Status.PROPOSED)
    taken = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    conflicts = ArrayField(models.CharField(max_length=20), default=list, editable=False)
    reason = models.CharField(_("Why they are the same person"), max_length=300)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undo_reason = models.CharField(_("Why they are two people"), max_length=300, blank=True, default="")
    last_event = models.BigIntegerField(default=0, editable=False)
    """The last event of the trail that belongs to the merge: what was written later came later."""
    allergies_open = models.BooleanField(default=False)
    """Whether a clinician has still to look at the allergies that came together."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(survivor=F("duplicate")), name="patientlink_of_two_charts"),
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(status="proposed"), name="patientlink_proposed_once"
            ),
            models.UniqueConstraint(
                fields=["duplicate"], condition=Q(status="merged"), name="patientlink_merged_once"
            ),
            models.CheckConstraint(
                condition=Q(status="proposed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="patientlink_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["merged", "unmerged"])
                | Q(conflicts=[])
                | ~Q(decided_by=F("proposed_by")),
                name="patientlink_second_person",
            ),
            models.CheckConstraint(
                condition=~Q(status="unmerged") | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="patientlink_undone_by_somebody",
            ),
        ]


class MovedRow(models.Model):
    """One row that a merge has touched, and between which versions: what is needed to undo it.

    What the row was stands in the history under `version_before`; `version_after` is how the merge
    left it. A row that was written to the merged chart later `arrived`; one that the undoing of a
    merge gave to the duplicate was `sent`. Written by the database alone.
    """

    class Kind(models.TextChoices):
        MOVED = "moved", _("Moved")
        ARRIVED = "arrived", _("Arrived later")
        SENT = "sent", _("Sent")

    pk = models.CompositePrimaryKey("link_id", "table_name", "row_id")
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION)
    link = models.ForeignKey(PatientLink, models.PROTECT, related_name="rows")
    table_name = models.CharField(max_length=63)
    row_id = models.UUIDField()
    kind = models.CharField(max_length=7, choices=Kind)
    from_patient_id = models.UUIDField()
    to_patient_id = models.UUIDField()
    version_before = models.PositiveIntegerField(null=True)
    version_after = models.PositiveIntegerField()
    returned = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["row_id"], name="movedrow_of_row")]
