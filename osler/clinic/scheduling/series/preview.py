"""What repeating a visit would mean, before anything is booked: each day, whether its time can be had, and
what could be taken instead. A few statements, however many days; what they show is decided where bookings
are."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from osler.clinic.scheduling.appointments.lanes import BACKDATED_AT_MOST
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import readings
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock

FREE, TAKEN, CLOSED, LACKING, SKIPPED, PAST = "free", "taken", "closed", "lacking", "skipped", "past"
_ANSWERS = {"claimed": FREE, "held": TAKEN, "closed": CLOSED, "lacking": LACKING}

_LOOK = """
SELECT wish.number, look.answer
FROM unnest(%(starts)s::timestamptz[]) WITH ORDINALITY AS wish(start, number)
CROSS JOIN LATERAL scheduling_look(
    %(practitioner)s, %(location)s, %(room)s,
    tstzrange(wish.start, wish.start + make_interval(mins => %(minutes)s)),
    NULL, %(service)s, '{}', %(moment)s) AS look
"""
# The nearest free time of the same day, else of the same week on a day that the rule does not use.
_INSTEAD = """
SELECT wish.number, nearest.start
FROM unnest(%(numbers)s::integer[], %(wanted)s::timestamptz[], %(wished)s::date[]) AS wish(number, start, day)
CROSS JOIN LATERAL (
    SELECT slot.start, (slot.start AT TIME ZONE %(zone)s)::date AS day
    FROM scheduling_free_slots(
        ARRAY[%(practitioner)s::uuid], %(location)s, %(service)s, %(minutes)s,
        greatest(date_trunc('week', wish.day::timestamp) AT TIME ZONE %(zone)s, %(moment)s::timestamptz),
        (date_trunc('week', wish.day::timestamp) + interval '7 days') AT TIME ZONE %(zone)s,
        NULL, NULL, NULL, %(moment)s, 1000) AS slot
    WHERE (slot.start AT TIME ZONE %(zone)s)::date = wish.day
       OR (slot.start AT TIME ZONE %(zone)s)::date <> ALL (%(days)s::date[])
    ORDER BY (slot.start AT TIME ZONE %(zone)s)::date <> wish.day,
             abs(extract(epoch FROM slot.start - wish.start)), slot.start
    LIMIT 1) AS nearest
"""


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit as the rule wants it. Where clocks skip its time, the slot is where it would have been."""

    day: date
    slot: Slot
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """How a wish looks, and the nearest free time instead of one that cannot be had."""

    wish: Wish
    answer: str
    instead: Slot | None = None

    @property
    def is_free(self) -> bool:
        """Whether it can be had as wished."""
        return self.answer == FREE


def wish_for(pattern: Slot, day: date, at: time) -> Wish:
    """A slot like another one on another day, at a reading of the clock. Of two equal readings when clocks go
    back the first is meant."""
    minutes = pattern.end - pattern.start
    found = readings(day, at, zone=pattern.zone)
    start = found[0] if found else _by_offset_before(day, at, pattern.zone)
    return Wish(day, replace(pattern, start=start, end=start + minutes), is_skipped=not found)


def look_at(
    wishes: Sequence[Wish],
    *,
    service: HealthcareService | None,
    gone: Iterable[Appointment] = (),
) -> list[Seen]:
    """How wishes look right now, in their order: as if the visits that are `gone` had given their time back.
    What is offered instead is free as things are."""
    alike: dict[Any, list[int]] = defaultdict(list)
    for number, wish in enumerate(wishes):
        alike[_kind(wish.slot)].append(number)
    seen: dict[int, Seen] = {}
    days = {wish.day for wish in wishes}
    for numbers in alike.values():
        some = [wishes[number] for number in numbers]
        asked = _asked(some[0].slot, service)
        answers = _without(gone, partial(_answers, some, asked))
        missed = {place: wish for place, wish in enumerate(some) if answers[place] != FREE}
        instead = _instead(missed, days, asked)
        for place, number in enumerate(numbers):
            seen[number] = Seen(some[place], answers[place], instead.get(place))
    return [seen[number] for number in range(len(wishes))]


def _kind(slot: Slot) -> tuple[Any, ...]:
    return (slot.practitioner_id, slot.location_id, slot.room_id, slot.end - slot.start)


def _without(gone: Iterable[Appointment], look: Callable[[], list[str]]) -> list[str]:
    """Look in a savepoint in which some visits are cancelled, and take that back."""
    keys = [one.id for one in gone]
    if not keys:
        return look()
    with transaction.atomic():
        Appointment.objects.filter(id__in=keys).update(status=Appointment.Status.CANCELLED)
        found = look()
        transaction.set_rollback(True)
    return found


def _asked(pattern: Slot, service: HealthcareService | None) -> dict[str, Any]:
    return {
        "practitioner": pattern.practitioner_id,
        "location": pattern.location_id,
        "room": pattern.room_id,
        "service": service.id if service else None,
        "minutes": int((pattern.end - pattern.start) / timedelta(minutes=1)),
        "zone": pattern.zone,
        "moment": clock.now(),
    }


def _answers(wishes: Sequence[Wish], asked: dict[str, Any]) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, {**asked, "starts": [wish.slot.start for wish in wishes]})
        found = {number - 1: _ANSWERS[answer] for number, answer in cursor}
    earliest = clock.now() - BACKDATED_AT_MOST
    for number, wish in enumerate(wishes):
        if wish.is_skipped:
            found[number] = SKIPPED
        elif wish.slot.start < earliest:
            found[number] = PAST
    return [found[number] for number in range(len(wishes))]


def _instead(missed: dict[int, Wish], days: Iterable[date], asked: dict[str, Any]) -> dict[int, Slot]:
    if not missed:
        return {}
    values = {
        **asked,
        "numbers": list(missed),
        "wanted": [wish.slot.start for wish in missed.values()],
        "wished": [wish.day for wish in missed.values()],
        "days": sorted(days),
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSTEAD, values)
        return {number: _at(missed[number].slot, start) for number, start in cursor}


def _at(pattern: Slot, start: datetime) -> Slot:
    return replace(pattern, start=start, end=start + (pattern.end - pattern.start))


def _by_offset_before(day: date, at: time, zone: str) -> datetime:
    """RFC 5545, 3.3.5: a reading that clocks skip is taken by the offset before the gap."""
    return datetime.combine(day, at, tzinfo=ZoneInfo(zone)).astimezone(UTC)
