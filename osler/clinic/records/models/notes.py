"""ClinicalNote."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import ChartRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner


class ClinicalNote(ChartRow):
    """A note on a visit (FHIR R4 Composition), written in parts; signed means closed.

    A trigger refuses any change of words after signing; later words are an addendum, a note of
    its own that `amends` the signed one. `digest` is the SHA-256 of what was signed.
    """

    class Status(models.TextChoices):
        PRELIMINARY = "preliminary", _("Draft")
        FINAL = "final", _("Signed")
        AMENDED = "amended", _("Amended")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    encounter = models.ForeignKey(Encounter, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    amends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="addenda")
    status = models.CharField(max_length=20, choices=Status, default=Status.PRELIMINARY)
    type_code = models.CharField(max_length=20, default="11506-3")  # LOINC: progress note
    title = models.CharField(max_length=200, default="Progress note")
    subjective = models.TextField(_("Subjective"), blank=True, default="")
    objective = models.TextField(_("Objective"), blank=True, default="")
    assessment = models.TextField(_("Assessment"), blank=True, default="")
    plan = models.TextField(_("Plan"), blank=True, default="")
    saved_at = models.DateTimeField(null=True, blank=True)
    signed_at = models.DateTimeField(null=True, blank=True)
    digest = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-created_at"],
                name="note_of_patient",
            ),
            models.Index(
                fields=["organization_id", "author"],
                condition=Q(status="preliminary"),
                name="note_unsigned",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(status="preliminary")
                | Q(status="entered-in-error")
                | (Q(signed_at__isnull=False) & ~Q(digest="")),
                name="clinicalnote_signed_has_signature",
            )
        ]

    @property
    def has_words(self) -> bool:
        """Whether anything has been written."""
        parts = (self.subjective, self.objective, self.assessment, self.plan)
        return any(part.strip() for part in parts)
