"""When patients are reminded of visits, who wants it no more, and what they answer.

ReminderLadder, ReminderStep, OptOut, PatientReply.
"""

from datetime import timedelta
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.leads import DAY, lead_words
from osler.clinic.communication.models.notices import Notice
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import HealthcareService
from osler.foundation.vault.sealing import SealedText


class ReminderLadder(Row):
    """How patients are reminded of a kind of visit; without a service, of each that has no other.

    Between `quiet_from` and `quiet_until` (on the wall clock of the visit) nothing is sent; alike means
    there is no quiet. One that a service needs no more is ended (`active`): then the clinic's holds again.
    """

    service = models.ForeignKey(HealthcareService, models.PROTECT, null=True, blank=True, related_name="+")
    is_on = models.BooleanField(_("Reminders are sent"), default=True)
    quiet_from = models.TimeField(_("Nothing is sent from"))
    quiet_until = models.TimeField(_("until"))
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "service"],
                condition=Q(active=True),
                name="reminderladder_once_a_service",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(self.service) if self.service_id else str(_("Every kind of visit"))


class ReminderStep(Row):
    """One reminder of a ladder: so long before the visit, by this channel.

    Whole days are counted on the wall clock, anything else in elapsed time. One `at_risk` goes out only
    where the clinic's own past says that the visit may well be missed.
    """

    class By(models.TextChoices):
        PREFERRED = "preferred", _("As the patient prefers")
        EMAIL = "email", _("E-mail")
        SMS = "sms", _("Text message")

    ladder = models.ForeignKey(ReminderLadder, models.PROTECT, related_name="steps")
    lead_minutes = models.PositiveIntegerField()
    by = models.CharField(_("By"), max_length=10, choices=By, default=By.PREFERRED)
    at_risk = models.BooleanField(
        _("Only for visits that may well be missed"), default=False, db_default=False
    )
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(lead_minutes__gte=30, lead_minutes__lte=60 * DAY), name="reminderstep_lead_sane"
            ),
            models.UniqueConstraint(
                fields=["ladder", "lead_minutes", "by"],
                condition=Q(active=True),
                name="reminderstep_once",
            ),
        ]

    @property
    def lead(self) -> timedelta:
        """How long before the visit."""
        return timedelta(minutes=self.lead_minutes)

    @property
    def words(self) -> str:
        """`7 days before`."""
        return lead_words(self.lead_minutes)


class OptOut(Row):
    """That a patient wants no reminders by a channel, until it is ended.

    With an address, its reader has said so: then none goes to it at all.
    """

    class Source(models.TextChoices):
        TEXT = "text", _("by text message")
        LINK = "link", _("by the link of a reminder")
        DESK = "desk", _("at the desk")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Notice.Channel)
    address = models.CharField(max_length=254, blank=True, default="")
    source = models.CharField(max_length=8, choices=Source)
    said_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient"], condition=Q(ended_at=None), name="optout_in_force"
            )
        ]


class PatientReply(Row):
    """What somebody answered to a reminder, by text message or by its link; each once (`effect_key`).

    The words of a text message are kept sealed. What the house cannot act on waits for the desk.
    """

    class Wish(models.TextChoices):
        CONFIRM = "confirm", _("Will come")
        CANCEL = "cancel", _("Wants to cancel")
        CALL = "call", _("Wants a call")
        STOP = "stop", _("Wants no reminders")
        START = "start", _("Wants reminders again")
        HELP = "help", _("Asked for help")
        OTHER = "other", _("Something else")

    class Status(models.TextChoices):
        DONE = "done", _("Done by itself")
        OPEN = "open", _("Waits for the desk")
        SETTLED = "settled", _("Settled")

    patient = models.ForeignKey(Patient, models.PROTECT, null=True, blank=True, related_name="+")
    appointment = models.ForeignKey(
        Appointment, models.PROTECT, null=True, blank=True, related_name="replies"
    )
    effect_key = models.CharField(max_length=200)
    channel = models.CharField(max_length=8, choices=Notice.Channel)
    from_address = models.CharField(max_length=254, blank=True, default="")
    wish = models.CharField(max_length=8, choices=Wish)
    body_sealed = models.BinaryField(editable=False, default=bytes)
    body = SealedText("body_sealed")
    why = models.CharField(max_length=40, blank=True, default="")
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status, default=Status.DONE)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "effect_key"], name="patientreply_taken_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "received_at"],
                condition=Q(status="open"),
                name="patientreply_open",
            ),
            models.Index(fields=["organization_id", "appointment"], name="patientreply_of_visit"),
        ]
