"""Schedule, WeeklyHours, Absence, Appointment, Reservation."""

from datetime import datetime
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel.keys import uuid7
from osler.kernel.states import Transitions


class Schedule(ResourceRow):
    """That a practitioner can be booked at a site (FHIR R4 Schedule)."""

    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="schedules"
    )
    location = models.ForeignKey(Location, models.PROTECT, related_name="schedules")
    room = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+"
    )
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["practitioner", "location"], name="schedule_once_a_site"
            )
        ]


class WeeklyHours(Row):
    """Hours on a weekday (0 is Monday) in the site's wall time, valid for a range of days."""

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    valid_period = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekday__lte=6), name="weeklyhours_weekday_known"
            ),
            models.CheckConstraint(
                condition=Q(ends__gt=models.F("starts")), name="weeklyhours_not_empty"
            ),
        ]


class Absence(Row):
    """Leave, holiday or a block: no slot is offered in it."""

    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, related_name="absences"
    )
    period = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period__isempty=False), name="absence_not_empty"
            )
        ]


class Appointment(ResourceRow):
    """A visit agreed on (FHIR R4 Appointment).

    `local_start` in `zone` is what was promised; `period` is derived from it (D18). A request of
    a patient is `proposed`: it has wishes in words and no period yet.
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

    TRANSITIONS: ClassVar[Transitions] = {
        "proposed": frozenset({"booked", "cancelled"}),
        "pending": frozenset({"booked", "cancelled"}),
        "waitlist": frozenset({"booked", "cancelled"}),
        "booked": frozenset({"arrived", "cancelled", "noshow", "entered-in-error"}),
        "arrived": frozenset(
            {"booked", "checked-in", "fulfilled", "cancelled", "noshow"}
        ),
        "checked-in": frozenset({"arrived", "fulfilled", "cancelled"}),
        "fulfilled": frozenset({"checked-in"}),
        "cancelled": frozenset({"booked"}),
        "noshow": frozenset({"booked", "arrived"}),
        "entered-in-error": frozenset(),
    }
    HOLDING: ClassVar[frozenset[str]] = frozenset(
        {"pending", "booked", "arrived", "checked-in", "fulfilled"}
    )

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="appointments")
    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="appointments"
    )
    location = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+"
    )
    room = models.ForeignKey(
        Location, models.PROTECT, null=True, blank=True, related_name="+"
    )
    service = models.ForeignKey(
        HealthcareService, models.PROTECT, null=True, blank=True
    )
    status = models.CharField(max_length=20, choices=Status, default=Status.BOOKED)
    period = DateTimeRangeField(null=True, blank=True)
    local_start = models.DateTimeField(null=True, blank=True)
    zone = models.CharField(max_length=64, blank=True, default="")
    lane = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(
        _("Reason for the visit"), max_length=300, blank=True, default=""
    )
    wishes = models.CharField(
        _("When would suit you"), max_length=300, blank=True, default=""
    )
    cancellation_reason = models.CharField(max_length=200, blank=True, default="")
    arrived_at = models.DateTimeField(null=True, blank=True)
    roomed_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                models.F("organization_id"),
                models.Func("period", function="lower"),
                name="appointment_by_start",
            ),
            models.Index(
                fields=["organization_id", "patient"], name="appointment_by_patient"
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(period=None) | Q(period__isempty=False),
                name="appointment_period_not_empty",
            ),
            models.CheckConstraint(
                condition=~Q(
                    status__in=["booked", "arrived", "checked-in", "fulfilled"]
                )
                | Q(period__isnull=False),
                name="appointment_booked_has_period",
            ),
        ]

    @property
    def starts_at(self) -> datetime | None:
        """The instant at which it begins."""
        return self.period.lower if self.period else None

    @property
    def ends_at(self) -> datetime | None:
        """The instant at which it ends."""
        return self.period.upper if self.period else None


class Reservation(models.Model):
    """That an appointment holds a resource (practitioner or room) in a lane; kept by a trigger.

    It names no patient, so that free slots can be computed on portal connections too. The
    exclusion constraint is what makes double booking impossible, by raw SQL as well (A41); a
    further lane is a deliberate overbooking (D13).
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    organization_id = models.UUIDField()
    appointment = models.ForeignKey(
        Appointment, models.CASCADE, related_name="reservations"
    )
    resource_id = models.UUIDField()
    lane = models.PositiveSmallIntegerField()
    period = DateTimeRangeField()

    class Meta:
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
