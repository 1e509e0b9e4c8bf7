"""Proposal: what somebody outside has said of himself; nothing of it is in the record yet."""

import json
from datetime import date
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from osler.clinic.intake.models.asked import Questionnaire
from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import CURRENT_ORGANIZATION, Row
from osler.foundation.vault.sealing import SealedBytes, SealedText
from osler.kernel.keys import uuid7
from osler.kernel.states import Transitions


class Proposal(Row):
    """Somebody's registration, or a patient's wish to change what is known of him.

    Who and what stands sealed in its content, which is forgotten after a while; this row tells only
    that there was one. `secret_hash` is of the key that the browser holds while it is a draft.
    `subject_id` is whom the walls take it for: the patient or, while there is none, the proposal itself.
    """

    class Kind(models.TextChoices):
        REGISTRATION = "registration", _("Registration")
        CHANGE = "change", _("Change")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Being written")
        PROPOSED = "proposed", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        REJECTED = "rejected", _("Rejected")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS: ClassVar[Transitions] = {
        "draft": frozenset({"proposed", "withdrawn"}),
        "proposed": frozenset({"accepted", "rejected", "withdrawn"}),
        "rejected": frozenset({"proposed"}),
        "accepted": frozenset(),
        "withdrawn": frozenset(),
    }

    kind = models.CharField(max_length=12, choices=Kind, default=Kind.REGISTRATION)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, null=True, blank=True, related_name="+")
    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="proposals")
    subject_id = models.GeneratedField(
        expression=Coalesce("patient_id", "id"), output_field=models.UUIDField(), db_persist=True
    )
    language = models.CharField(max_length=12, default="en")
    secret_hash = models.CharField(max_length=64, blank=True, default="")
    link_number = models.PositiveSmallIntegerField(default=0)
    link_expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by_name = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "submitted_at"],
                condition=Q(status="proposed"),
                name="proposal_waiting",
            ),
            models.Index(fields=["organization_id", "-decided_at"], name="proposal_decided"),
            models.Index(fields=["organization_id", "patient"], name="proposal_of_patient"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["patient"],
                condition=Q(kind="change", status="proposed"),
                name="proposal_one_change_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(patient__isnull=False, decided_at__isnull=False),
                name="proposal_accepted_for_somebody",
            ),
            models.CheckConstraint(
                condition=Q(kind="registration") | Q(patient__isnull=False),
                name="proposal_change_of_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status="proposed") | Q(submitted_at__isnull=False),
                name="proposal_submitted_when",
            ),
        ]

    @property
    def is_registration(self) -> bool:
        return self.kind == self.Kind.REGISTRATION

    @property
    def reference(self) -> str:
        """A short name of it that can be read out."""
        end = self.id.hex[-8:].upper()
        return f"{end[:4]}-{end[4:]}"


class ProposalContent(models.Model):
    """What a proposal says, sealed; without history, so that what is deleted is gone.

    Each change of it is an event of its proposal, whose row is saved with it. `subject_id` is whom the
    walls take it for: whoever writes it sees it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    proposal = models.OneToOneField(Proposal, models.CASCADE, related_name="content")
    subject_id = models.UUIDField(editable=False)
    said_sealed = models.BinaryField(default=b"", editable=False)
    said = SealedText("said_sealed")

    def read(self) -> dict[str, Any]:
        """Answers by question, and signatures."""
        found: dict[str, Any] = json.loads(self.said or "{}")
        return found

    def write(self, said: dict[str, Any]) -> None:
        self.said = json.dumps(said, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no answer")


class ProposalPhoto(models.Model):
    """A side of the insurance card, sealed, as long as the proposal waits."""

    class Side(models.TextChoices):
        FRONT = "front", _("Front")
        BACK = "back", _("Back")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="photos")
    subject_id = models.UUIDField(editable=False)
    side = models.CharField(max_length=5, choices=Side)
    content_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    content_sealed = models.BinaryField(editable=False)
    content = SealedBytes("content_sealed")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["proposal", "side"], name="proposalphoto_one_a_side"),
            models.CheckConstraint(
                condition=Q(content_type__in=["image/jpeg", "image/png"]), name="proposalphoto_is_picture"
            ),
        ]
