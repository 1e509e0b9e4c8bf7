"""Holding a clinician's and a room's time: locks first, the exclusion constraint behind them.

The constraint alone deadlocks when many want the same time; one advisory lock for each resource,
taken in a fixed order, makes them wait their turn instead. A further lane is an overbooking (D13).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import OperationalError, connection

from osler.clinic.scheduling.availability import Slot, next_free_slots
from osler.clinic.scheduling.errors import (
    OutsideSchedule,
    RoomTaken,
    ScheduleBusy,
    SlotTaken,
    TimePassed,
)
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel import clock
from osler.kernel.constraints import refusals

# A walk-in is booked for the slot that has just begun.
BACKDATED_AT_MOST = timedelta(hours=1)
OTHER_TIMES = 3
LOCK_NOT_AVAILABLE = "55P03"
PATIENCE = "8s"  # when fifty book one calendar at once on a busy machine, the last waits over 2 s

_LOCK = """
SELECT set_config('lock_timeout', %s, true),
       (SELECT count(pg_advisory_xact_lock(key)) FROM
           (SELECT hashtextextended('scheduling ' || id, 0) AS key
            FROM unnest(%s::uuid[]) AS id ORDER BY 1) AS keys)
"""
_HELD = """
SELECT lane, bool_or(resource_id = %(practitioner)s) FROM scheduling_reservation
WHERE resource_id = ANY (%(resources)s) AND appointment_id IS DISTINCT FROM %(except)s
  AND period_end > %(start)s AND period && tstzrange(%(start)s, %(end)s)
GROUP BY lane
"""
_OPEN = """
SELECT EXISTS (SELECT FROM scheduling_schedule s
    WHERE s.practitioner_id = %(practitioner)s AND s.location_id = %(location)s
      AND scheduling_open_time(s.id, tstzrange(%(start)s, %(end)s)) @> tstzrange(%(start)s, %(end)s))
"""


def hold(appointment: Appointment, slot: Slot, *, overbook_reason: str = "", actor: Actor) -> None:
    """Give an appointment its slot and save it; raises SlotTaken, RoomTaken, OutsideSchedule,
    TimePassed or ScheduleBusy. With a reason it is held in spite of hours and other lanes."""
    if slot.start < clock.now() - BACKDATED_AT_MOST:
        raise TimePassed
    if overbook_reason:
        decide(actor, "overbook", appointment)
    resources = [slot.practitioner_id, slot.room_id]
    before = [appointment.practitioner_id, appointment.room_id]
    with _alternatives(appointment, slot), refusals():
        lock_resources([*resources, *before])
        if not overbook_reason and not is_open(slot):  # who plans takes the same locks
            raise OutsideSchedule
        held = held_lanes(slot, besides=appointment.id)
        if held and not overbook_reason:
            raise SlotTaken if any(held.values()) else RoomTaken
        appointment.lane = next(lane for lane in range(len(held) + 1) if lane not in held)
        appointment.overbook_reason = overbook_reason
        appointment.practitioner_id = slot.practitioner_id
        appointment.location_id = slot.location_id
        appointment.room_id = slot.room_id
        set_period(appointment, slot.start, end=slot.end, zone=slot.zone)
        appointment.save()


def hold_again(appointment: Appointment) -> None:
    """Save an appointment that takes its old time and lane again; SlotTaken if they are held."""
    if appointment.practitioner_id is None:
        appointment.save()
        return
    slot = slot_of(appointment)
    with _alternatives(appointment, slot), refusals():
        lock_resources([slot.practitioner_id, slot.room_id])
        held = held_lanes(slot, besides=appointment.id)
        if appointment.lane in held:
            raise SlotTaken if held[appointment.lane] else RoomTaken
        appointment.save()


def lock_resources(resources: Sequence[UUID | None]) -> None:
    """Wait up to `PATIENCE` for our turn with all of these; held until the savepoint around it ends.

    ScheduleBusy must leave that savepoint, for the failed wait has spoilt it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(_LOCK, [PATIENCE, [one for one in resources if one is not None]])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise ScheduleBusy from error
        raise


def held_lanes(slot: Slot, *, besides: UUID | None = None) -> dict[int, bool]:
    """The lanes held in a slot, each with whether the practitioner (not the room alone) holds it.

    `besides` is an appointment that does not count. True only while the resources are locked.
    """
    values = _values(slot)
    values["resources"] = [one for one in (slot.practitioner_id, slot.room_id) if one]
    values["except"] = besides
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values)
        return dict(cursor.fetchall())


def is_open(slot: Slot) -> bool:
    """Whether the practitioner works at the place through the whole slot.

    True only while the practitioner is locked: whoever ends hours or notes an absence waits for it.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, _values(slot))
        found: tuple[bool] = cursor.fetchone() or (False,)
        return found[0]


def slot_of(appointment: Appointment) -> Slot:
    """The slot that an appointment with a clinician has."""
    assert appointment.practitioner_id is not None
    return Slot(
        practitioner_id=appointment.practitioner_id,
        location_id=appointment.location_id,
        start=appointment.period.lower,
        end=appointment.period.upper,
        zone=appointment.zone or "UTC",
        room_id=appointment.room_id,
    )


def _values(slot: Slot) -> dict[str, Any]:
    return {
        "practitioner": slot.practitioner_id,
        "location": slot.location_id,
        "start": slot.start,
        "end": slot.end,
    }


@contextmanager
def _alternatives(appointment: Appointment, slot: Slot) -> Iterator[None]:
    """Let SlotTaken carry other free times, looked up after the locks are given back."""
    try:
        yield
    except SlotTaken as taken:
        taken.times = next_free_slots(
            [slot.practitioner_id],
            service=appointment.service,
            location=slot.location_id,
            after=slot.start,
            limit=OTHER_TIMES,
        )
        raise
