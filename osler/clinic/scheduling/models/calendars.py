"""When clinicians can be booked: Schedule, WeeklyHours, Absence."""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateRangeField,
    DateTimeRangeField,
    RangeOperators,
)
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.directory.models import Location, Practitioner


class Schedule(ResourceRow):
    """That a practitioner can be booked at a site (FHIR R4 Schedule)."""

    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="schedules")
    location = models.ForeignKey(Location, models.PROTECT, related_name="schedules")
    room = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    slot_minutes = models.PositiveSmallIntegerField(default=20)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["practitioner", "location"], name="schedule_once_a_site")
        ]


def _seconds(name: str) -> models.Func:
    return models.Func(name, template="extract(epoch FROM %(expressions)s)")


class WeeklyHours(Row):
    """Hours on a weekday (0 is Monday) in the site's wall time, valid for a range of days.

    Hours that were noted by mistake are taken back (`active`), never deleted.
    """

    schedule = models.ForeignKey(Schedule, models.PROTECT, related_name="hours")
    weekday = models.PositiveSmallIntegerField()
    starts = models.TimeField()
    ends = models.TimeField()
    valid_period = DateRangeField()
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weeklyhours_weekday_known"),
            models.CheckConstraint(condition=Q(ends__gt=models.F("starts")), name="weeklyhours_not_empty"),
            models.CheckConstraint(
                condition=Q(valid_period__isempty=False), name="weeklyhours_valid_some_day"
            ),
            ExclusionConstraint(
                name="weeklyhours_no_overlap",
                expressions=[
                    ("schedule", RangeOperators.EQUAL),
                    ("weekday", RangeOperators.EQUAL),
                    ("valid_period", RangeOperators.OVERLAPS),
                    (
                        models.Func(_seconds("starts"), _seconds("ends"), function="numrange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(active=True),
            ),
        ]

    @property
    def weekday_name(self) -> str:
        """The day of the week in the reader's language."""
        return str(WEEKDAYS[self.weekday])

    @property
    def first_day(self) -> date | None:
        """The first day on which they hold, if they have not always."""
        first: date | None = self.valid_period.lower
        return first

    @property
    def last_day(self) -> date | None:
        """The last day on which they hold, or None while they go on."""
        return self.valid_period.upper - timedelta(days=1) if self.valid_period.upper else None


class Absence(Row):
    """Leave, holiday or a block: no slot is offered in it.

    Without a practitioner everybody is away: at a place, or in the whole clinic. One that was
    noted by mistake is taken back (`active`), never deleted.
    """

    practitioner = models.ForeignKey(
        Practitioner, models.PROTECT, null=True, blank=True, related_name="absences"
    )
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True, related_name="+")
    period = DateTimeRangeField()
    reason = models.CharField(max_length=200, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(period__isempty=False), name="absence_not_empty"),
            models.CheckConstraint(
                condition=Q(practitioner=None) | Q(location=None), name="absence_of_person_or_place"
            ),
        ]

    @property
    def who(self) -> str:
        """Whom or which place it concerns, in words."""
        if self.practitioner_id:
            return str(self.practitioner)
        return str(self.location) if self.location_id else str(_("The whole clinic"))
