"""When clinicians work: schedules and weekly hours, each valid for a range of days.

Hours are wall times of the site. What no longer holds is ended, what was a mistake is taken
back; both can be undone, and the database refuses hours that overlap. Each change waits for the
bookings that are under way in the calendar, as they wait for it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateRange

from osler.clinic.scheduling.appointments.lanes import lock_resources
from osler.clinic.scheduling.errors import HoursEmpty, ValidityEmpty
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel.constraints import refusals


@dataclass(frozen=True)
class Span:
    """From one reading of the clock to another, on the same day."""

    starts: time
    ends: time


def open_schedule(
    practitioner: Practitioner,
    *,
    location: Location,
    room: Location | None = None,
    slot_minutes: int = 20,
    actor: Actor,
) -> Schedule:
    """Let a practitioner be booked at a site; one schedule a site, so a second call amends it."""
    decide(actor, "plan", Schedule)
    found = scoped(Schedule, actor, "plan").filter(practitioner=practitioner, location=location).first()
    schedule = found or Schedule(practitioner=practitioner, location=location)
    return amend_schedule(schedule, room=room, slot_minutes=slot_minutes, version=None, actor=actor)


def amend_schedule(
    schedule: Schedule,
    *,
    room: Location | None,
    slot_minutes: int,
    active: bool = True,
    version: int | None,
    actor: Actor,
) -> Schedule:
    """Change the usual room, the length of slots, or whether bookings are taken at all."""
    if not schedule._state.adding:
        decide(actor, "plan", schedule)
    schedule.require_version(version)
    schedule.room, schedule.slot_minutes, schedule.active = room, slot_minutes, active
    with refusals():
        lock_resources([schedule.practitioner_id])
        schedule.save()
    return schedule


def add_hours(
    schedule: Schedule,
    *,
    weekdays: Iterable[int],
    span: Span,
    first_day: date,
    last_day: date | None = None,
    actor: Actor,
) -> list[WeeklyHours]:
    """Work on these weekdays from the first day to the last; all of them are noted, or none.

    Raises HoursOverlap, HoursEmpty or ValidityEmpty.
    """
    decide(actor, "plan", schedule)
    if span.ends <= span.starts:
        raise HoursEmpty
    rows = [
        WeeklyHours(
            schedule=schedule,
            weekday=weekday,
            starts=span.starts,
            ends=span.ends,
            valid_period=days(first_day, last_day),
        )
        for weekday in sorted(set(weekdays))
    ]
    with refusals():
        for row in rows:
            row.save(force_insert=True)
    return rows


def end_hours(hours: WeeklyHours, *, last_day: date | None, version: int | None, actor: Actor) -> WeeklyHours:
    """Hours hold until their last day; None lets them go on. What is booked stays booked."""
    decide(actor, "plan", hours)
    hours.require_version(version)
    hours.valid_period = days(hours.valid_period.lower, last_day)
    with refusals():
        lock_resources([hours.schedule.practitioner_id])
        hours.save()
    return hours


def take_back_hours(hours: WeeklyHours, *, version: int | None, actor: Actor) -> WeeklyHours:
    """Hours that were noted by mistake count no more, on no day."""
    return _count(hours, active=False, version=version, actor=actor)


def restore_hours(hours: WeeklyHours, *, version: int | None, actor: Actor) -> WeeklyHours:
    """Hours that were taken back count again; HoursOverlap if others stand there now."""
    return _count(hours, active=True, version=version, actor=actor)


def days(first: date | None, last: date | None) -> DateRange:
    """The days from the first to the last, both included; ValidityEmpty if there are none."""
    if first and last and last < first:
        raise ValidityEmpty
    return DateRange(first, last + timedelta(days=1) if last else None, "[)")


def _count(hours: WeeklyHours, *, active: bool, version: int | None, actor: Actor) -> WeeklyHours:
    decide(actor, "plan", hours)
    hours.require_version(version)
    hours.active = active
    with refusals():
        lock_resources([hours.schedule.practitioner_id])
        hours.save()
    return hours
