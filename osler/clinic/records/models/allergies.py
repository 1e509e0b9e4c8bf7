"""AllergyIntolerance."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner

NO_KNOWN_ALLERGY = "716186003"  # SNOMED CT: the assertion that none is known, unlike "not recorded"


class AllergyIntolerance(CodedRow):
    """An allergy or intolerance, or the statement that none is known (FHIR R4)."""

    class Criticality(models.TextChoices):
        LOW = "low", _("Low risk")
        HIGH = "high", _("High risk")
        UNKNOWN = "unable-to-assess", _("Not assessed")
        UNSAID = "", "-"

    class Category(models.TextChoices):
        MEDICATION = "medication", _("Medication")
        FOOD = "food", _("Food")
        ENVIRONMENT = "environment", _("Environment")
        BIOLOGIC = "biologic", _("Biologic")
        UNSAID = "", "-"

    class ClinicalStatus(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Inactive")
        RESOLVED = "resolved", _("Resolved")
        UNSAID = "", "-"

    class VerificationStatus(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")
        CONFIRMED = "confirmed", _("Confirmed")
        REFUTED = "refuted", _("Refuted")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNSAID = "", "-"

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="+")
    category = models.CharField(max_length=20, choices=Category, default=Category.UNSAID, blank=True)
    criticality = models.CharField(max_length=20, choices=Criticality, default=Criticality.UNSAID, blank=True)
    clinical_status = models.CharField(
        max_length=20, choices=ClinicalStatus, default=ClinicalStatus.ACTIVE, blank=True
    )
    verification_status = models.CharField(
        max_length=20,
        choices=VerificationStatus,
        default=VerificationStatus.CONFIRMED,
        blank=True,
    )
    reaction = models.CharField(max_length=300, blank=True, default="")
    severity = models.CharField(max_length=10, blank=True, default="")
    onset_at = models.DateTimeField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorder = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "patient"], name="allergy_of_patient")]
