"""What all rows of a chart share: a patient, an encounter, a code."""

from django.db import models

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import ResourceRow


class ChartRow(ResourceRow):
    """A row of one patient's chart; the patient never changes."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")

    class Meta:
        abstract = True


class CodedRow(ChartRow):
    """A chart row that says what it is by a code of a system, and in words."""

    system = models.CharField(max_length=200, blank=True, default="")
    code = models.CharField(max_length=100, blank=True, default="")
    display = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.display or self.code
