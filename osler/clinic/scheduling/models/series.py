"""Series: a visit that is repeated."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import HealthcareService, Location, Practitioner

NO_DAYS = RawSQL("'{}'::smallint[]", ())


class Series(Row):
    """A visit that is repeated by a rule (FHIR R5 Appointment.recurrenceTemplate; R4 has none).

    Its visits are appointments that name it, their number in it and the day that the rule gave them;
    each can be moved on its own. All read the same on the wall clock, whatever clocks do. One that
    was split off another says so; it has no visits any more when the split was taken back.
    """

    class Recurrence(models.TextChoices):
        DAILY = "daily", _("Days")
        WEEKLY = "weekly", _("Weeks")
        MONTHLY = "monthly", _("Months")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="series")
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.PROTECT, related_name="+")
    service = models.ForeignKey(HealthcareService, models.PROTECT, null=True, blank=True, related_name="+")
    recurrence_type = models.CharField(max_length=8, choices=Recurrence)
    interval = models.PositiveSmallIntegerField(default=1)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, db_default=NO_DAYS, blank=True)
    day_of_month = models.PositiveSmallIntegerField(null=True, blank=True)
    nth_week_of_month = models.SmallIntegerField(null=True, blank=True)
    first_on = models.DateField()
    occurrence_count = models.PositiveSmallIntegerField()
    local_time = models.TimeField()
    zone = models.CharField(max_length=64)
    split_from = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(interval__gte=1), name="series_interval_positive"),
            models.CheckConstraint(condition=Q(occurrence_count__lte=60), name="series_length_sane"),
            models.CheckConstraint(
                condition=Q(weekdays__contained_by=list(range(7))), name="series_weekdays_known"
            ),
            models.CheckConstraint(
                condition=Q(recurrence_type="daily", day_of_month=None, nth_week_of_month=None)
                | Q(
                    recurrence_type="weekly",
                    weekdays__len__gte=1,
                    day_of_month=None,
                    nth_week_of_month=None,
                )
                | Q(
                    recurrence_type="monthly",
                    day_of_month__gte=1,
                    day_of_month__lte=31,
                    nth_week_of_month=None,
                )
                | Q(
                    recurrence_type="monthly",
                    weekdays__len=1,
                    day_of_month=None,
                    nth_week_of_month__in=[-1, 1, 2, 3, 4],
                ),
                name="series_rule_whole",
            ),
        ]
