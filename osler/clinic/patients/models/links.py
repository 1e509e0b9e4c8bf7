"""Two charts made one, and the way back: PatientLink, MovedRow."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models.people import Patient
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import CURRENT_ORGANIZATION, Row


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
