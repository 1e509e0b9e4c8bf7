"""Who waits for a time, what became free, and what was offered to whom: WaitlistEntry, FreedTime,
WaitlistOffer."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models.appointments import Appointment
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel.states import Transitions


class WaitlistEntries(models.QuerySet["WaitlistEntry"]):
    """Which entries."""

    def waiting(self) -> "WaitlistEntries":
        """Those that are still on the list."""
        return self.filter(appointment__status=Appointment.Status.WAITLIST)


class WaitlistEntry(Row):
    """What somebody who waits for a time would like; unsaid, anything will do.

    `appointment` is what waits: in FHIR an Appointment with the status `waitlist`, booked by an offer that is
    accepted. With `replaces` an own later visit moves to the new time instead.
    """

    class Part(models.TextChoices):
        """Parts of the day, on the wall clock of the place."""

        MORNING = "morning", _("In the morning")
        AFTERNOON = "afternoon", _("In the afternoon")
        EVENING = "evening", _("In the evening")

    class Priority(models.IntegerChoices):
        NORMAL = 0, _("Normal")
        SOON = 1, _("Soon")
        URGENT = 2, _("Urgent")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    appointment = models.OneToOneField(Appointment, models.PROTECT, related_name="waiting")
    replaces = models.ForeignKey(Appointment, models.PROTECT, null=True, blank=True, related_name="+")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    parts = ArrayField(models.CharField(max_length=10, choices=Part), default=list, blank=True)
    not_before = models.DateField(null=True, blank=True)
    not_after = models.DateField(null=True, blank=True)
    notice_minutes = models.PositiveIntegerField(default=120)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    joined_at = models.DateTimeField()

    objects = WaitlistEntries.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(priority__lte=2), name="waitlistentry_priority_known"),
            models.CheckConstraint(
                condition=Q(notice_minutes__lte=14 * 1440), name="waitlistentry_notice_sane"
            ),
        ]

    @property
    def is_waiting(self) -> bool:
        """Whether it is still on the list."""
        return self.appointment.status == Appointment.Status.WAITLIST

    @property
    def weekday_names(self) -> list[str]:
        """The days that would suit, by name; none if any would."""
        return [str(WEEKDAYS[number]) for number in self.weekdays if number in WEEKDAYS]

    @property
    def part_names(self) -> list[str]:
        """The parts of the day that would suit; none if any would."""
        return [str(self.Part(part).label) for part in self.parts]

    @property
    def notice_words(self) -> str:
        """How long before a visit its patient must know, `2 h`."""
        hours = self.notice_minutes / 60
        if hours < 1:
            return gettext("%(count)d min") % {"count": self.notice_minutes}
        if hours < 48:
            return gettext("%(count)d h") % {"count": round(hours)}
        return gettext("%(count)d days") % {"count": round(hours / 24)}

    @property
    def visit(self) -> Appointment:
        """The visit that gets the time: the one that waits, or the later one that would be moved."""
        return self.replaces if self.replaces_id and self.replaces else self.appointment


class FreedTime(Row):
    """A clinician's time that was booked and was given back while it was still to come.

    It names no patient. If the same visit takes its time back, because of an Undo, it counts no more
    (`is_void`).
    """

    class Why(models.TextChoices):
        CANCELLED = "cancelled", _("Cancelled")
        MOVED = "moved", _("Moved")
        MISSED = "missed", _("Will not come")

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    why = models.CharField(max_length=10, choices=Why)
    given_back_by = models.UUIDField()
    freed_at = models.DateTimeField()
    filled_at = models.DateTimeField(null=True, blank=True)
    by_offer = models.BooleanField(default=False)
    is_void = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "freed_at"], name="freedtime_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="freedtime_not_empty"
            ),
            models.UniqueConstraint(
                fields=["practitioner", "starts_at", "ends_at"],
                condition=Q(filled_at=None),
                name="freedtime_noted_once",
            ),
        ]


class WaitlistOffer(Row):
    """A time that somebody on the list may have, until an instant: to one person at a time, and one at a
    time.

    The time is not held: whoever books first has it. What lapsed can still be accepted while the time is
    free and with nobody else. `reasons` says why this patient was the first: codes of `matching`.
    """

    class Status(models.TextChoices):
        OPEN = "open", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("No answer")
        TAKEN = "taken", _("Taken by somebody else")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    TRANSITIONS: ClassVar[Transitions] = {
        "open": frozenset({"accepted", "declined", "lapsed", "taken", "withdrawn"}),
        "lapsed": frozenset({"open"}),
        "accepted": frozenset(),
        "declined": frozenset(),
        "taken": frozenset(),
        "withdrawn": frozenset(),
    }

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    entry = models.ForeignKey(WaitlistEntry, models.PROTECT, related_name="offers")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    period = DateTimeRangeField()
    zone = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    is_by_hand = models.BooleanField(default=False)
    reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "expires_at"],
                condition=Q(status="open"),
                name="waitlistoffer_open",
            ),
            models.Index(fields=["organization_id", "offered_at"], name="waitlistoffer_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="waitlistoffer_not_empty"),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status="open"), name="waitlistoffer_one_an_entry"
            ),
            ExclusionConstraint(
                name="waitlistoffer_one_at_a_time",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status="open"),
            ),
        ]

    @property
    def starts_at(self) -> datetime:
        """The instant at which the visit would begin."""
        start: datetime = self.period.lower
        return start

    @property
    def wall_start(self) -> datetime:
        """The same on the wall clock of its place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def wall_clock(self) -> str:
        """What that clock reads, `09:20`."""
        return f"{self.wall_start:%H:%M}"
