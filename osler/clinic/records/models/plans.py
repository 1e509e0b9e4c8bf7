"""CarePlan."""

from typing import ClassVar

from django.db import models

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner


class CarePlan(CodedRow):
    """What is intended for a patient over time (FHIR R4 CarePlan)."""

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="+")
    author = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, default="active")
    description = models.TextField(blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "patient"], name="careplan_of_patient")]
