"""Condition."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner


class Condition(CodedRow):
    """A problem or diagnosis (FHIR R4 Condition). `rank` 1 is the first diagnosis of the visit."""

    class Category(models.TextChoices):
        PROBLEM = "problem-list-item", _("Problem")
        ENCOUNTER = "encounter-diagnosis", _("Diagnosis of the visit")

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("Active")
        RECURRENCE = "recurrence", _("Recurrence")
        RELAPSE = "relapse", _("Relapse")
        INACTIVE = "inactive", _("Inactive")
        REMISSION = "remission", _("Remission")
        RESOLVED = "resolved", _("Resolved")
        UNSAID = "", "-"

    class VerificationStatus(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        PROVISIONAL = "provisional", _("Provisional")
        DIFFERENTIAL = "differential", _("Differential")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Refuted")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNSAID = "", "-"

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="conditions")
    category = models.CharField(max_length=40, choices=Category, default=Category.PROBLEM, blank=True)
    clinical_status = models.CharField(
        max_length=20, choices=ClinicalStatus, default=ClinicalStatus.ACTIVE, blank=True
    )
    verification_status = models.CharField(
        max_length=20,
        choices=VerificationStatus,
        default=VerificationStatus.CONFIRMED,
        blank=True,
    )
    rank = models.PositiveSmallIntegerField(null=True, blank=True)
    onset_at = models.DateTimeField(null=True, blank=True)
    abated_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorder = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "clinical_status"],
                name="condition_of_patient",
            ),
            models.Index(fields=["organization_id", "recorder", "-id"], name="condition_of_recorder"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["encounter", "rank"],
                condition=models.Q(rank__isnull=False) & ~models.Q(verification_status="entered-in-error"),
                name="condition_rank_unique_in_encounter",
            )
        ]
