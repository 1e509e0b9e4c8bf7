"""What a kind of visit needs before it on the same day, such as a blood test: found and held with it.

The earlier one is an appointment of its own (`precedes`), with its own reminders; it is the last free one
in time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction

from osler.clinic.scheduling.appointments.lanes import hold, other_times
from osler.clinic.scheduling.calendars.availability import Slot, slots_in
from osler.clinic.scheduling.errors import NothingBefore, SlotTaken
from osler.clinic.scheduling.events import AppointmentBooked
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock

TRIES = 3  # somebody else may take the earlier time between our look and our turn
_BEFORE = """
SELECT practitioner_id, location_id, room_id, zone, location_name, prefix, given, family, suffix, start, "end"
FROM scheduling_free_before(
    %(service)s, %(location)s, %(start)s, %(start)s + interval '1 microsecond', %(moment)s)
WHERE %(start)s BETWEEN ready AND late
  AND (start AT TIME ZONE zone)::date = (%(start)s AT TIME ZONE zone)::date
ORDER BY start DESC, family, given, practitioner_id LIMIT %(most)s
"""


def needs_another(service: HealthcareService | None) -> bool:
    """Whether another visit comes before this kind."""
    return service is not None and service.needs_before_id is not None


def hold_with_before(visit: Appointment, slot: Slot, *, overbook_reason: str = "", actor: Actor) -> None:
    """Hold a slot as `hold` does, and book what its service needs before it: both, or NothingBefore with
    other times at which both can be had. Who overbooks a visit does without what cannot be had."""
    if not needs_another(visit.service):
        hold(visit, slot, overbook_reason=overbook_reason, actor=actor)
        return
    with both_or_other_times(visit, slot), transaction.atomic():
        hold(visit, slot, overbook_reason=overbook_reason, actor=actor)
        _book_unless(visit, overbook_reason, actor)


@contextmanager
def both_or_other_times(visit: Appointment, slot: Slot) -> Iterator[None]:
    """Let NothingBefore carry other times at which both can be had."""
    try:
        yield
    except NothingBefore as refusal:
        refusal.times = other_times(slot, visit.service)
        raise


def book_before(visit: Appointment, *, actor: Actor) -> Appointment | None:
    """Book what a visit that has its time needs before it, if it needs anything. Raises NothingBefore."""
    if not needs_another(visit.service):
        return None
    for slot in times_before(visit):
        earlier = Appointment(
            patient_id=visit.patient_id,
            organization_id=visit.organization_id,
            service=visit.service.needs_before if visit.service else None,
            status=Appointment.Status.BOOKED,
            precedes=visit,
        )
        decide(actor, "book", earlier)
        try:
            with transaction.atomic():
                hold(earlier, slot, actor=actor)
        except SlotTaken:
            continue
        announce(AppointmentBooked(earlier.id, earlier.patient_id))
        return earlier
    raise NothingBefore


def earlier_of(visit: Appointment, *, actor: Actor) -> Appointment | None:
    """The visit that comes before this one, whatever became of it."""
    found = scoped(Appointment, actor).filter(precedes=visit)
    return found.select_related("service", "practitioner", "location", "patient").defer("resource").first()


def times_before(visit: Appointment) -> list[Slot]:
    """The free times that suit before a visit, the latest first: nobody waits longer than need be."""
    start = visit.starts_at
    assert start is not None
    values = {
        "service": visit.service_id,
        "location": visit.location_id,
        "start": start,
        "moment": clock.now(),
        "most": TRIES,
    }
    with connection.cursor() as cursor:
        cursor.execute(_BEFORE, values)
        return slots_in(cursor)


def suits_before(earlier: Appointment, visit: Appointment) -> bool:
    """Whether an earlier visit stands in time before another, on the same day."""
    ends, starts, service = earlier.ends_at, visit.starts_at, visit.service
    if ends is None or starts is None or service is None or earlier.wall_start is None:
        return False
    apart = starts - ends
    is_apart = (
        timedelta(minutes=service.before_at_least_minutes)
        <= apart
        <= timedelta(minutes=service.before_at_most_minutes)
    )
    return is_apart and visit.wall_start is not None and earlier.wall_start.date() == visit.wall_start.date()


def _book_unless(visit: Appointment, overbook_reason: str, actor: Actor) -> None:
    try:
        book_before(visit, actor=actor)
    except NothingBefore:
        if not overbook_reason:
            raise
