"""How a patient looks: PatientPhoto."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from osler.clinic.patients.models.people import Patient
from osler.foundation.audit.rows import ResourceRow
from osler.foundation.files.kept import KeptFile
from osler.foundation.vault.sealing import SealedBytes


class PatientPhoto(KeptFile, ResourceRow):
    """A picture of the patient's face, square, sealed; as a FHIR R4 Media it is made when asked for.

    The one without `ended_at` is shown; those that were replaced or removed stay with the patient.
    `small` is what lists show.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="photos")
    small_sealed = models.BinaryField(editable=False)
    small = SealedBytes("small_sealed")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"], condition=Q(ended_at=None), name="patientphoto_one_shown"
            ),
            models.CheckConstraint(condition=Q(content_type="image/jpeg"), name="patientphoto_is_jpeg"),
            models.CheckConstraint(
                condition=Q(size__gt=0, size__lte=1_048_576), name="patientphoto_size_sane"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "patient"], name="patientphoto_of_patient")
        ]
