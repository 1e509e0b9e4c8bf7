"""Procedure and Immunization."""

from typing import ClassVar

from django.db import models

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner


class Procedure(CodedRow):
    """Something done to or for the patient (FHIR R4 Procedure)."""

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="+")
    performer = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, default="completed")
    performed_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-performed_at"],
                name="procedure_of_patient",
            )
        ]


class Immunization(CodedRow):
    """A vaccine given or refused (FHIR R4 Immunization; codes CVX)."""

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="+")
    performer = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, default="completed")
    occurred_at = models.DateTimeField(null=True, blank=True)
    lot_number = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-occurred_at"],
                name="immunization_of_patient",
            )
        ]
