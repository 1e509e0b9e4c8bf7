"""What goes out by mail and text message, each once: Notice."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.leads import lead_words
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.foundation.audit.rows import Row
from osler.kernel.states import Transitions


class Notice(Row):
    """A short mail or text message to a person that something waits for them: never health data in it (A33).

    `effect_key` is unique: one occasion sends one notice, whatever is retried (A52). A reminder names
    its visit and the `occurrence` that it speaks of; when that is over or moved, it is withdrawn.
    """

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")

    class Status(models.TextChoices):
        QUEUED = "queued", _("Queued")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNKNOWN = "unknown", _("To reconcile")
        SETTLED = "settled", _("Settled")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS: ClassVar[Transitions] = {
        "queued": frozenset({"unknown", "withdrawn"}),
        "unknown": frozenset({"sent", "queued", "failed", "settled"}),
        "failed": frozenset({"queued", "settled"}),
        "settled": frozenset({"unknown"}),
        "sent": frozenset({"failed"}),  # a text message that the network gave back
        "withdrawn": frozenset(),
    }

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="+")
    effect_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=8, choices=Channel, default=Channel.EMAIL)
    to_address = models.CharField(max_length=254)
    language = models.CharField(max_length=12, default="en")
    subject = models.CharField(max_length=200)
    body = models.TextField()
    status = models.CharField(max_length=9, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True, default="")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="reminders"
    )
    occurrence = models.CharField(max_length=100, blank=True, default="")
    lead_minutes = models.PositiveIntegerField(null=True, blank=True)
    offer = models.ForeignKey(WaitlistOffer, models.PROTECT, null=True, blank=True, related_name="notices")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "effect_key"], name="notice_sent_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "id"],
                condition=Q(status="queued"),
                name="notice_queued",
            ),
            models.Index(
                fields=["organization_id", "id"],
                condition=Q(status__in=["failed", "unknown"]),
                name="notice_stuck",
            ),
            models.Index(
                fields=["organization_id", "appointment"],
                condition=Q(appointment__isnull=False),
                name="notice_of_appointment",
            ),
            models.Index(
                fields=["organization_id", "to_address", "-sent_at"],
                condition=Q(channel="sms"),
                name="notice_to_phone",
            ),
        ]

    @property
    def lead_words(self) -> str:
        """Of a reminder, how long before the visit it was planned; nothing of one sent by hand."""
        return lead_words(self.lead_minutes) if self.lead_minutes else ""
