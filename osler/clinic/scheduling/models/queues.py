"""Who waits at a site: Queue, QueueMember, QueueEntry; and the QueueScreen that calls them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models.appointments import Appointment
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import HealthcareService, Location, Practitioner

LAST_NUMBER = 999
BEHIND = 5
"""The rank of whoever is not to be called yet: behind all who are."""


class Queue(Row):
    """Those who wait for the same people at a site; its letter begins the numbers on their slips."""

    site = models.ForeignKey(Location, models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    letter = models.CharField(_("Letter"), max_length=1)
    missed_after = models.PositiveSmallIntegerField(default=3)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(letter__regex=r"^[A-Z]$"), name="queue_letter_known"),
            models.CheckConstraint(
                condition=Q(missed_after__gte=1, missed_after__lte=9), name="queue_missed_after_sane"
            ),
            models.UniqueConstraint(
                fields=["site", "letter"], condition=Q(active=True), name="queue_letter_once_a_site"
            ),
            models.UniqueConstraint(
                fields=["site", "name"], condition=Q(active=True), name="queue_named_once_a_site"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueMember(Row):
    """That the visits of a clinician, or those for a service, belong to a queue."""

    queue = models.ForeignKey(Queue, models.PROTECT, related_name="members")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(HealthcareService, models.PROTECT, null=True, blank=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(practitioner=None, service__isnull=False)
                | Q(practitioner__isnull=False, service=None),
                name="queuemember_clinician_or_service",
            ),
            models.UniqueConstraint(
                fields=["queue", "practitioner", "service"],
                condition=Q(active=True),
                nulls_distinct=False,
                name="queuemember_once",
            ),
        ]


class QueueEntries(models.QuerySet["QueueEntry"]):
    """Which entries. How far a patient has come is said by the appointment alone."""

    def waiting(self) -> "QueueEntries":
        """Those who are here and are not being called."""
        return self.filter(appointment__status=Appointment.Status.ARRIVED, called_at=None)

    def called(self) -> "QueueEntries":
        """Those who are being called and have not come yet."""
        return self.filter(
            appointment__status=Appointment.Status.ARRIVED, called_at__isnull=False, answered_at=None
        )

    def in_order(self, at: datetime) -> "QueueEntries":
        """Whoever is to be called first, first: the rule of `QueueEntry.order_at`, for the database."""
        rank = Case(
            When(waits_from__gt=at, then=Value(BEHIND)),
            default=F("priority"),
            output_field=models.IntegerField(),
        )
        return self.order_by(rank, "waits_from", "number", "id")


class QueueEntry(Row):
    """That somebody waits in a queue on a day, under a number that no name is called with.

    Where the patient is stands in the appointment and nowhere else: who is `arrived` waits. The row adds
    the number, how urgent it is and since when his waiting counts, and the call that is open. A trigger
    ends the call when the appointment leaves the waiting room, and forgets it when it comes back.
    """

    class Priority(models.IntegerChoices):
        EMERGENCY = 1, _("Emergency")
        URGENT = 2, _("Urgent")
        APPOINTMENT = 3, _("Appointment")
        WALK_IN = 4, _("Walk-in")

    AHEAD: ClassVar = frozenset({Priority.EMERGENCY, Priority.URGENT})

    appointment = models.ForeignKey(Appointment, models.PROTECT, related_name="queue_entries")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="entries")
    site = models.ForeignKey(Location, models.PROTECT, related_name="+")
    day = models.DateField()
    letter = models.CharField(max_length=1)
    number = models.PositiveSmallIntegerField()
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.WALK_IN)
    priority_reason = models.CharField(max_length=200, blank=True, default="")
    waits_from = models.DateTimeField()
    unanswered = models.PositiveSmallIntegerField(default=0)
    called_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    room = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    caller = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")

    objects = QueueEntries.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["site", "day", "letter", "number"], name="queueentry_number_once_a_day"
            ),
            models.UniqueConstraint(fields=["appointment", "day"], name="queueentry_visit_once_a_day"),
            models.UniqueConstraint(
                fields=["room", "day"],
                condition=Q(called_at__isnull=False, answered_at=None),
                name="queueentry_room_calls_one",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, number__lte=LAST_NUMBER), name="queueentry_number_sane"
            ),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=4), name="queueentry_priority_known"
            ),
            models.CheckConstraint(
                condition=Q(priority__gt=2) | ~Q(priority_reason=""), name="queueentry_ahead_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(called_at=None, answered_at=None, room=None)
                | Q(called_at__isnull=False, room__isnull=False),
                name="queueentry_called_into_room",
            ),
        ]

    def __str__(self) -> str:
        return self.token

    @property
    def token(self) -> str:
        """What stands on the slip and on the screen, `A07`."""
        return f"{self.letter}{self.number:02}"

    @property
    def is_ahead(self) -> bool:
        """Whether somebody has said that it cannot wait."""
        return self.priority in self.AHEAD

    def order_at(self, at: datetime) -> tuple[int, datetime, int, UUID]:
        """The place in the queue at an instant: by priority, then by who has waited longest. Whose
        waiting does not count yet (an appointment still to come, a call that was not answered) stands
        behind all whose does."""
        rank = BEHIND if self.waits_from > at else self.priority
        return (rank, self.waits_from, self.number, self.id)


class QueueScreen(Row):
    """A screen in a waiting room, which has a secret address of its own until it is closed."""

    site = models.ForeignKey(Location, models.PROTECT, related_name="+")
    name = models.CharField(_("Name"), max_length=100)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
