"""A day as full as a calendar gets: thirty clinicians with thirty visits each, at a site of their own."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, Schedule, WeeklyHours
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock

SITE = "Full house"
CLINICIANS, VISITS, MINUTES = 30, 30, 15
OPENS = time(8)
DAYS_ON = 40


@transaction.atomic
def full_day(organization: UUID) -> str:
    """The address of the calendar on that day; made once."""
    day = clock.today() + timedelta(days=DAYS_ON)
    with acting(SystemActor(organization), reason="benchmark"):
        site = Location.objects.filter(name=SITE).first() or _make(day)
        booked = Appointment.objects.filter(location=site).order_by("period_start").first()
        assert booked is not None
        assert booked.wall_start is not None
        return f"/calendar/?day={booked.wall_start.date()}&site={site.id}"


def _make(day: date) -> Location:
    site = Location(name=SITE)
    site.save()
    service = HealthcareService.objects.filter(active=True).order_by("id").first()
    patients = iter(Patient.objects.order_by("-id")[: CLINICIANS * VISITS])
    for number in range(CLINICIANS):
        practitioner = Practitioner(prefix="Dr.", given=f"No. {number + 1}", family="Fullhouse")
        practitioner.save()
        schedule = Schedule(practitioner=practitioner, location=site, slot_minutes=MINUTES)
        schedule.save()
        for weekday in range(7):
            WeeklyHours(
                schedule=schedule, weekday=weekday, starts=OPENS, ends=time(18), valid_period=(day, None)
            ).save()
        for start in _starts(day, site.zone):
            visit = Appointment(
                patient=next(patients),
                practitioner=practitioner,
                location=site,
                service=service,
                reason="Follow-up of what was found",
                status=Appointment.Status.BOOKED,
            )
            set_period(visit, start, end=start + timedelta(minutes=MINUTES), zone=site.zone)
            visit.save()
    return site


def _starts(day: date, zone: str) -> Iterator[datetime]:
    first = datetime.combine(day, OPENS, tzinfo=ZoneInfo(zone))
    return (first + timedelta(minutes=MINUTES * number) for number in range(VISITS))
