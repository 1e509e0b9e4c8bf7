"""Holding all that a visit takes: locks first, the exclusion constraint behind them.

The constraint alone deadlocks when many want the same time; one advisory lock for each resource,
taken in a fixed order, makes them wait their turn instead. A further lane is an overbooking (D13).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, connection

from osler.clinic.scheduling.calendars.availability import Slot, next_free_slots
from osler.clinic.scheduling.errors import (
    OutsideSchedule,
    ResourceTaken,
    RoomTaken,
    ScheduleBusy,
    SlotTaken,
    TimePassed,
)
from osler.clinic.scheduling.models import Appointment, SlotHold
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import Refusal
from osler.kernel.periods import minutes_long, period

# A walk-in is booked for the slot that has just begun.
BACKDATED_AT_MOST = timedelta(hours=1)
OTHER_TIMES = 3
LOCK_NOT_AVAILABLE = "55P03"
Holding = Appointment | SlotHold
PATIENCE = "8s"  # when fifty book one calendar at once on a busy machine, the last waits over 2 s

_CLAIM = """
SELECT answer, lanes, own_lanes, people, places, lacking, before, after, capacity, fits
FROM scheduling_claim(%(practitioner)s, %(location)s, %(room)s, %(held)s, tstzrange(%(start)s, %(end)s),
    %(besides)s, %(service)s, %(anyway)s, %(patience)s, %(moment)s)
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the calendar says to somebody who wants a slot: `claimed`, `closed`, `held`, `lacking` or `busy`;
    the lanes that others hold, those of the practitioner (not of the room alone) apart; and what the service
    takes with it: people and places of its pools, minutes before and after, places of a group. It `fits` if
    others leave room, whatever the hours are and whoever overbooked."""

    answer: str
    lanes: Sequence[int]
    own_lanes: Sequence[int]
    people: Sequence[UUID]
    places: Sequence[UUID]
    lacking: UUID | None
    before: int
    after: int
    capacity: int
    fits: bool


def hold(appointment: Holding, slot: Slot, *, overbook_reason: str = "", actor: Actor) -> None:
    """Give an appointment (or a hold) its slot and whatever its service needs, and save it; raises SlotTaken,
    RoomTaken, ResourceTaken, OutsideSchedule, TimePassed or ScheduleBusy. With a reason it is held in spite
    of hours, other lanes and what is lacking. Who keeps his start is not backdated, however long ago."""
    was = appointment.period.lower if appointment.period and not appointment._state.adding else None
    if slot.start < clock.now() - BACKDATED_AT_MOST and slot.start != was:
        raise TimePassed
    if overbook_reason:
        decide(actor, "overbook", appointment)
    with _alternatives(appointment, slot):
        claim = _claim(appointment, slot, anyway=bool(overbook_reason))
        if claim.answer != "claimed":
            raise _refused(claim)
        appointment.overbook_reason = overbook_reason
        _give(appointment, slot, claim)


def hold_beside(appointment: Appointment, slot: Slot, *, reason: str) -> None:
    """Give who came without appointment the clinician who takes him, in the first lane that is free: beside
    whoever is booked, in nobody's place. Whether that may be is the deed's to decide; ScheduleBusy."""
    claim = _claim(appointment, slot, anyway=True)
    appointment.overbook_reason = reason
    _give(appointment, slot, claim)


def _give(appointment: Holding, slot: Slot, claim: Claim) -> None:
    appointment.lane = _first_free(claim)
    appointment.practitioner_id = slot.practitioner_id
    appointment.location_id = slot.location_id
    appointment.room_id = slot.room_id
    _take(appointment, claim)
    set_period(appointment, slot.start, end=slot.end, zone=slot.zone)
    with refusals():
        appointment.save()


def hold_again(appointment: Appointment) -> None:
    """Save an appointment that takes its old time again, and what its service needs; SlotTaken, RoomTaken or
    ResourceTaken if they are held. One that was overbooked takes its old lane, beside whoever is there."""
    if appointment.practitioner_id is None:
        appointment.save()
        return
    slot = slot_of(appointment)
    with _alternatives(appointment, slot):
        claim = _claim(appointment, slot, anyway=True)
        is_overbooked = bool(appointment.overbook_reason)
        lane = appointment.lane if is_overbooked else _first_free(claim)
        is_free = lane not in claim.lanes if is_overbooked else claim.fits and lane < claim.capacity
        if not is_free or claim.lacking:
            raise _refused(claim)
        appointment.lane = lane
        _take(appointment, claim)
        with refusals():
            appointment.save()


def _first_free(claim: Claim) -> int:
    return next(lane for lane in range(len(claim.lanes) + 1) if lane not in claim.lanes)


def _take(appointment: Holding, claim: Claim) -> None:
    appointment.also_people, appointment.also_places = list(claim.people), list(claim.places)
    appointment.buffer_before, appointment.buffer_after = claim.before, claim.after
    appointment.places = claim.capacity


def _refused(claim: Claim) -> Refusal:
    """What stands in the way."""
    if claim.answer == "closed":
        return OutsideSchedule()
    if claim.lanes and (claim.answer == "held" or not claim.lacking):
        return SlotTaken() if claim.own_lanes else RoomTaken()
    refusal = ResourceTaken()
    refusal.pool_id = claim.lacking
    return refusal


def lock_resources(resources: Sequence[UUID | None]) -> None:
    """Wait up to `PATIENCE` for our turn with all of these; held until the savepoint around it ends.

    ScheduleBusy must leave that savepoint, for the failed wait has spoilt it.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT scheduling_wait(%s, %s)", [[one for one in resources if one], PATIENCE])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") == LOCK_NOT_AVAILABLE:
            raise ScheduleBusy from error
        raise


def slot_of(appointment: Holding) -> Slot:
    """The slot that an appointment with a clinician, or a hold, has."""
    assert appointment.practitioner_id is not None
    return Slot(
        practitioner_id=appointment.practitioner_id,
        location_id=appointment.location_id,
        start=appointment.period.lower,
        end=appointment.period.upper,
        zone=appointment.zone or "UTC",
        room_id=appointment.room_id,
    )


def _claim(appointment: Holding, slot: Slot, *, anyway: bool) -> Claim:
    """Wait for our turn with all that the slot takes and look; ScheduleBusy if it does not come. The claim
    is true until the transaction ends: whoever plans hours and absences takes the same locks."""
    held = (
        appointment.practitioner_id,
        appointment.room_id,
        *appointment.also_people,
        *appointment.also_places,
    )
    values = {
        "practitioner": slot.practitioner_id,
        "location": slot.location_id,
        "room": slot.room_id,
        "held": [one for one in held if one],
        "start": slot.start,
        "end": slot.end,
        "besides": appointment.id,
        "service": appointment.service_id,
        "anyway": anyway,
        "patience": PATIENCE,
        "moment": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        row = cursor.fetchone()
    if row is None or row[0] == "busy":
        raise ScheduleBusy
    return Claim(*row)


@contextmanager
def _alternatives(appointment: Holding, slot: Slot) -> Iterator[None]:
    """Let SlotTaken carry other free times; the locks are given back by then."""
    try:
        yield
    except SlotTaken as taken:
        taken.times = other_times(slot, appointment.service)
        raise


def other_times(slot: Slot, service: HealthcareService | None) -> list[Slot]:
    """Free times that may do instead of a slot: of the same clinician at the same site, as long, after it."""
    return next_free_slots(
        [slot.practitioner_id],
        service=service,
        location=slot.location_id,
        minutes=minutes_long(period(slot.start, slot.end)),
        after=slot.start,
        limit=OTHER_TIMES,
    )
