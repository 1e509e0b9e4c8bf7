"""ServiceRequest."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import Practitioner
from osler.kernel.states import Transitions


class ServiceRequest(CodedRow):
    """An order: a laboratory test, an examination, a referral, a follow-up (FHIR R4).

    `hold_release` keeps the result from the patient until the requester releases it.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Ordered")
        ON_HOLD = "on-hold", _("On hold")
        REVOKED = "revoked", _("Revoked")
        COMPLETED = "completed", _("Completed")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    class Category(models.TextChoices):
        LABORATORY = "laboratory", _("Laboratory")
        IMAGING = "imaging", _("Imaging")
        REFERRAL = "referral", _("Referral")
        FOLLOW_UP = "follow-up", _("Follow-up")
        UNSAID = "", "-"

    class Priority(models.TextChoices):
        ROUTINE = "routine", _("Routine")
        URGENT = "urgent", _("Urgent")
        ASAP = "asap", _("As soon as possible")
        STAT = "stat", _("Immediately")

    TRANSITIONS: ClassVar[Transitions] = {
        "draft": frozenset({"active", "entered-in-error"}),
        "active": frozenset({"on-hold", "revoked", "completed", "entered-in-error"}),
        "on-hold": frozenset({"active", "revoked", "entered-in-error"}),
        "revoked": frozenset(),
        "completed": frozenset({"entered-in-error"}),
        "entered-in-error": frozenset(),
        "unknown": frozenset(),
    }

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="orders")
    requester = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    appointment = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="orders")
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    intent = models.CharField(max_length=20, default="order")
    category = models.CharField(max_length=20, choices=Category, default=Category.LABORATORY, blank=True)
    priority = models.CharField(max_length=10, choices=Priority, default=Priority.ROUTINE)
    authored_at = models.DateTimeField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True, default="")
    revoke_reason = models.CharField(max_length=300, blank=True, default="")
    hold_release = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-authored_at"],
                name="order_of_patient",
            ),
            models.Index(
                fields=["organization_id", "category", "authored_at"],
                condition=models.Q(status="active"),
                name="order_open",
            ),
        ]
