"""What was said before the visit and has become part of the record."""

import json
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from osler.clinic.insurance.models import Coverage
from osler.clinic.intake.models.proposals import ProposalPhoto
from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.directory.models import Practitioner
from osler.foundation.vault.sealing import SealedBytes, SealedText


class QuestionnaireResponse(ResourceRow):
    """A patient's answers as they were given (FHIR R4 QuestionnaireResponse), sealed; questions and all.

    `items` is a list of `{"link_id", "text", "answers"}`. A clinician reads it and says so.
    """

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="questionnaire_responses")
    proposal_id = models.UUIDField(editable=False)
    authored_at = models.DateTimeField()
    language = models.CharField(max_length=12, default="en")
    author_name = models.CharField(max_length=200, blank=True, default="")
    items_sealed = models.BinaryField(default=b"", editable=False)
    said = SealedText("items_sealed")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewer = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "patient"], name="response_of_patient"),
            models.Index(
                fields=["organization_id", "authored_at"],
                condition=Q(reviewed_at=None),
                name="response_to_review",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal_id"], name="questionnaireresponse_once_a_proposal"),
            models.CheckConstraint(
                condition=Q(reviewed_at=None) | Q(reviewer__isnull=False),
                name="questionnaireresponse_reviewed_by",
            ),
        ]

    @property
    def items(self) -> list[dict[str, Any]]:
        """Questions with their answers, in the order in which they were asked."""
        found: list[dict[str, Any]] = json.loads(self.said or "[]")
        return found

    @items.setter
    def items(self, items: list[dict[str, Any]]) -> None:
        self.said = json.dumps(items, ensure_ascii=False)


class CardPhoto(Row):
    """A picture of an insurance card, sealed; never changed, a new card has a new one."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="card_photos")
    coverage = models.ForeignKey(Coverage, models.PROTECT, null=True, blank=True, related_name="card_photos")
    side = models.CharField(max_length=5, choices=ProposalPhoto.Side)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    proposal_id = models.UUIDField(null=True, editable=False)
    content_sealed = models.BinaryField(editable=False)
    content = SealedBytes("content_sealed")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "patient"], name="cardphoto_of_patient")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(content_type__in=["image/jpeg", "image/png"]), name="cardphoto_is_picture"
            ),
            models.UniqueConstraint(
                fields=["proposal_id", "side"],
                condition=Q(proposal_id__isnull=False),
                name="cardphoto_once_a_proposal",
            ),
        ]
