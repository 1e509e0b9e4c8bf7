"""Observation and its components."""

from collections.abc import Sequence
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.clinic.records.models.reports import DiagnosticReport
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import Practitioner


class Measured(models.Model):
    """A value with its unit (UCUM) and the range it is judged by. No number without a unit."""

    value = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    unit = models.CharField(max_length=40, blank=True, default="")
    value_text = models.TextField(blank=True, default="")
    interpretation = models.CharField(max_length=8, blank=True, default="")
    range_low = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)
    range_high = models.DecimalField(max_digits=20, decimal_places=6, null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_abnormal(self) -> bool:
        """Whether the interpretation (v3 ObservationInterpretation) says so."""
        return self.interpretation not in ("", "N", "NEG", "IND")


class Observation(CodedRow, Measured):
    """A measurement or finding (FHIR R4 Observation); the category tells vitals from laboratory."""

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        PRELIMINARY = "preliminary", _("Preliminary")
        FINAL = "final", _("Final")
        AMENDED = "amended", _("Amended")
        CORRECTED = "corrected", _("Corrected")
        CANCELLED = "cancelled", _("Cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    encounter = models.ForeignKey(
        Encounter, models.PROTECT, null=True, blank=True, related_name="observations"
    )
    report = models.ForeignKey(
        DiagnosticReport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="observations",
    )
    performer = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.FINAL)
    category = models.CharField(max_length=40, blank=True, default="")
    effective_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)

    pending_components: "Sequence[ObservationComponent] | None" = None
    """Components that are saved after a new row: its FHIR text names them from the first version on."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "category", "-effective_at"],
                name="observation_of_patient",
            ),
            models.Index(
                fields=["organization_id", "patient", "code", "-effective_at"],
                name="observation_by_code",
            ),
        ]


class ObservationComponent(Row, Measured):
    """A part of an observation, such as systolic pressure."""

    observation = models.ForeignKey(Observation, models.PROTECT, related_name="components")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    code = models.CharField(max_length=100)
    display = models.CharField(max_length=500, blank=True, default="")
