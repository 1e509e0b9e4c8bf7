"""Appointment, and the Reservation of what it holds."""

from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    ArrayField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models.series import Series
from osler.foundation.audit.rows import ResourceRow
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel.keys import uuid7
from osler.kernel.states import Transitions

NONE = RawSQL("'{}'::uuid[]", ())


class Appointments(models.QuerySet["Appointment"]):
    """Which appointments."""

    def starting_in(self, start: datetime, end: datetime) -> "Appointments":
        """Those that begin at or after one instant and before another, by index."""
        return self.filter(period_start__gte=start, period_start__lt=end)

    def upcoming(self, at: datetime) -> "Appointments":
        """Booked and not over at an instant, the next first."""
        return self.filter(
            status__in=[Appointment.Status.BOOKED, Appointment.Status.ARRIVED],
            period_end__gt=at,
        ).order_by("period_start", "id")

    def asked_for(self) -> "Appointments":
        """Requests of patients that wait for an answer, the oldest first."""
        return self.filter(status=Appointment.Status.PROPOSED).order_by("id")

    def kept_or_missed(self) -> "Appointments":
        """Visits that were agreed on and either took place or were missed. Who came without appointment has
        kept none, and could miss none."""
        return self.filter(status__in=[*Appointment.CAME, Appointment.Status.NOSHOW], is_walk_in=False)


class Appointment(ResourceRow):
    """A visit agreed on (FHIR R4 Appointment).

    What was promised is the wall clock at the place: `local_start` is its reading (kept as if it
    were UTC), `local_fold` 1 the second of two equal readings when clocks go back, `zone` the
    place's IANA zone. `period` is derived from them (D18). A request of a patient is `proposed`:
    it has wishes in words and no period yet.

    Besides practitioner and room it may hold more people and places, for its buffers too. A group's
    appointments share them, each in a lane below `places`. What is `pending` is held until an instant.
    Who came without appointment is a walk-in: it holds nobody's time until somebody takes it.

    One of a series has its number in it (FHIR R5 recurrenceId) and the day that the rule gave it, which
    stays when it is moved on its own. One that `precedes` another is what that one needs before it.

    `period_start` and `period_end` repeat the bounds of `period` for indexes: functions of ranges
    are not leakproof, so under row-level security no index on them is ever used.
    """

    class Status(models.TextChoices):
        PROPOSED = "proposed", _("Asked for")
        PENDING = "pending", _("Pending")
        BOOKED = "booked", _("Booked")
        ARRIVED = "arrived", _("Arrived")
        CHECKED_IN = "checked-in", _("In room")
        FULFILLED = "fulfilled", _("Done")
        CANCELLED = "cancelled", _("Cancelled")
        NOSHOW = "noshow", _("No-show")
        WAITLIST = "waitlist", _("Waiting list")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    class ConfirmedBy(models.TextChoices):
        """How the patient has said that he will come."""

        LINK = "link", _("by the link of a reminder")
        TEXT = "text", _("by text message")
        PORTAL = "portal", _("in the portal")
        DESK = "desk", _("by phone or at the desk")

    TRANSITIONS: ClassVar[Transitions] = {
        "proposed": frozenset({"booked", "cancelled"}),
        "pending": frozenset({"booked", "cancelled"}),
        "waitlist": frozenset({"booked", "cancelled"}),
        "booked": frozenset({"arrived", "cancelled", "noshow", "entered-in-error"}),
        "arrived": frozenset({"booked", "checked-in", "fulfilled", "cancelled", "noshow"}),
        "checked-in": frozenset({"arrived", "fulfilled", "cancelled"}),
        "fulfilled": frozenset({"checked-in"}),
        "cancelled": frozenset({"booked", "proposed", "waitlist"}),
        "noshow": frozenset({"booked", "arrived"}),
        "entered-in-error": frozenset(),
    }
    CAME: ClassVar[frozenset[str]] = frozenset({"arrived", "checked-in", "fulfilled"})
    HOLDING: ClassVar[frozenset[str]] = frozenset({"pending", "booked", "arrived", "checked-in", "fulfilled"})

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    room = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    service = models.ForeignKey(HealthcareService, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.BOOKED)
    period = DateTimeRangeField(null=True, blank=True)
    local_start = models.DateTimeField(null=True, blank=True)
    local_fold = models.PositiveSmallIntegerField(default=0)
    zone = models.CharField(max_length=64, blank=True, default="")
    period_start = models.GeneratedField(
        expression=models.Func("period", function="lower"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    period_end = models.GeneratedField(
        expression=models.Func("period", function="upper"),
        output_field=models.DateTimeField(null=True),
        db_persist=True,
    )
    lane = models.PositiveSmallIntegerField(default=0)
    places = models.PositiveSmallIntegerField(default=1, db_default=1)
    buffer_before = models.PositiveSmallIntegerField(default=0, db_default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0, db_default=0)
    also_people = ArrayField(models.UUIDField(), default=list, db_default=NONE, blank=True)
    also_places = ArrayField(models.UUIDField(), default=list, db_default=NONE, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    is_walk_in = models.BooleanField(default=False, db_default=False)
    overbook_reason = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(_("Reason for the visit"), max_length=300, blank=True, default="")
    wishes = models.CharField(_("When would suit you"), max_length=300, blank=True, default="")
    cancellation_reason = models.CharField(max_length=200, blank=True, default="")
    arrived_at = models.DateTimeField(null=True, blank=True)
    roomed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=8, choices=ConfirmedBy, blank=True, default="", db_default="")
    patient_moves = models.PositiveSmallIntegerField(default=0, db_default=0)

    series = models.ForeignKey(Series, models.PROTECT, null=True, blank=True, related_name="appointments")
    recurrence_id = models.PositiveSmallIntegerField(null=True, blank=True)
    recurrence_on = models.DateField(null=True, blank=True)
    precedes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="preceded_by")

    objects = Appointments.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "period_start"], name="appointment_by_start"),
            models.Index(
                fields=["organization_id", "id"],
                condition=Q(status="proposed"),
                name="appointment_asked_for",
            ),
            models.Index(fields=["organization_id", "patient"], name="appointment_by_patient"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period=None) | Q(period__isempty=False),
                name="appointment_period_not_empty",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["booked", "arrived", "checked-in", "fulfilled"])
                | Q(period__isnull=False),
                name="appointment_booked_has_period",
            ),
            models.CheckConstraint(condition=Q(local_fold__lte=1), name="appointment_fold_known"),
            models.CheckConstraint(
                condition=Q(lane__lt=models.F("places")) | ~Q(overbook_reason=""),
                name="appointment_overbooked_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, confirmed_by="")
                | (Q(confirmed_at__isnull=False) & ~Q(confirmed_by="")),
                name="appointment_confirmed_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["organization_id", "patient", "service"],
                condition=Q(status="proposed"),
                name="appointment_asked_once_a_service",
            ),
            models.UniqueConstraint(fields=["series", "recurrence_id"], name="appointment_once_in_series"),
            models.CheckConstraint(
                condition=Q(series=None, recurrence_id=None, recurrence_on=None)
                | Q(series__isnull=False, recurrence_id__gte=1, recurrence_on__isnull=False),
                name="appointment_of_series_whole",
            ),
        ]

    def __str__(self) -> str:
        start = self.wall_start
        return f"{start:%Y-%m-%d %H:%M}" if start else self.get_status_display()

    @property
    def starts_at(self) -> datetime | None:
        """The instant at which it begins."""
        return self.period.lower if self.period else None

    @property
    def ends_at(self) -> datetime | None:
        """The instant at which it ends."""
        return self.period.upper if self.period else None

    @property
    def wall_start(self) -> datetime | None:
        """When it begins, on the wall clock of its place."""
        start = self.starts_at
        return start.astimezone(ZoneInfo(self.zone or "UTC")) if start else None

    @property
    def wall_clock(self) -> str:
        """What the clock on that wall reads at the start, `09:20`."""
        start = self.wall_start
        return f"{start:%H:%M}" if start else ""

    @property
    def is_confirmed(self) -> bool:
        """Whether the patient has said that he will come, and may still."""
        return self.confirmed_at is not None and self.status == self.Status.BOOKED

    @property
    def occurrence(self) -> str:
        """Which promise it is: what the clock on which wall will read. A move makes it another, new
        time zone rules do not."""
        start = self.wall_start
        if start is None:
            return ""
        second = "/2" if self.local_fold else ""
        wall = self.local_start or start
        return f"{wall:%Y-%m-%dT%H:%M}{second} {self.zone or 'UTC'}"

    @property
    def is_off_pattern(self) -> bool:
        """Whether it was moved on its own: it is not when, or with whom, its series says (FHIR R5
        occurrenceChanged)."""
        series, start = self.series, self.wall_start
        if series is None or start is None:
            return False
        return (start.date(), start.time(), self.practitioner_id) != (
            self.recurrence_on,
            series.local_time,
            series.practitioner_id,
        )

    @property
    def is_holding(self) -> bool:
        """Whether it holds its practitioner's time."""
        return self.period is not None and self.status in self.HOLDING


class Reservation(models.Model):
    """That an appointment, or the hold of somebody unknown (`SlotHold`, whose id stands in its place), has
    a resource (a person or a place) in a lane, its buffers included; kept by triggers. A mere hold counts
    until `held_until`; those of one practitioner, service and period are one group's session.

    It names no patient, so that free slots can be computed on portal connections too. The
    exclusion constraint is what makes double booking impossible, by raw SQL as well (A41); a
    further lane is a deliberate overbooking (D13).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organization_id = models.UUIDField()
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="reservations", db_constraint=False
    )
    resource_id = models.UUIDField()
    lane = models.PositiveSmallIntegerField()
    period = DateTimeRangeField()
    practitioner_id = models.UUIDField(null=True)
    service_id = models.UUIDField(null=True)
    is_overbooked = models.BooleanField(default=False, db_default=False)
    held_until = models.DateTimeField(null=True)
    period_end = models.GeneratedField(
        expression=models.Func("period", function="upper"),
        output_field=models.DateTimeField(),
        db_persist=True,
    )
    is_long = models.GeneratedField(
        expression=RawSQL("upper(period) - lower(period) > interval '1 day'", ()),
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["resource_id", "period_end"], name="reservation_by_end"),
            models.Index(fields=["resource_id"], condition=Q(is_long=True), name="reservation_long"),
            models.Index(
                fields=["resource_id"], condition=Q(held_until__isnull=False), name="reservation_of_hold"
            ),
        ]
        constraints: ClassVar = [
            ExclusionConstraint(
                name="appointment_no_overlap",
                expressions=[
                    ("resource_id", RangeOperators.EQUAL),
                    ("lane", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            )
        ]
