"""Repeated visits: booked as a whole, and changed as this one, this and the following, or all to come.

Each deed is whole or nothing. What is over, has begun or was never booked is not touched; visits that were
moved on their own follow only if that is said. A series of which earlier visits are still to come is split:
the following ones become a series of their own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from itertools import chain
from typing import Self
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.lanes import lock_resources, slot_of
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import SeriesAlone, SeriesTooLong, SeriesTooShort, SlotTaken
from osler.clinic.scheduling.models import Appointment, PoolMember, Series
from osler.clinic.scheduling.series.recurrence import VISITS_AT_MOST, Recurrence, rule_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from osler.kernel.errors import StaleVersion
from osler.kernel.states import ImpossibleMove

Places = Mapping[int, Slot | None]
"""Where each visit of a series goes, by its number; None where it stays as it is."""
Versions = Mapping[int, int]
"""Which version of each visit was seen, by its number in the series."""
CHANGEABLE = frozenset({Appointment.Status.BOOKED, Appointment.Status.CANCELLED})


class Reach(StrEnum):
    """Which visits of a series are meant, seen from one of them."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit of a series that is to be booked: the day that the rule gives it, and the time it gets."""

    day: date
    slot: Slot


@dataclass(frozen=True, slots=True)
class Shift:
    """One visit goes from its day in the rule to another time: what that makes of the rule and other days."""

    rule: Recurrence
    was: date
    now: date

    @classmethod
    def of(cls, appointment: Appointment, to: Slot) -> Self:
        """The shift that moving this visit there is."""
        assert appointment.series is not None and appointment.recurrence_on is not None
        return cls(rule_of(appointment.series), appointment.recurrence_on, to.local_start.date())

    def day(self, day: date | None) -> date:
        """Where another day of the rule goes."""
        assert day is not None
        return self.rule.moved_day(day, self.was, self.now)

    @property
    def moved_rule(self) -> Recurrence:
        """The rule afterwards."""
        return self.rule.moved(self.was, self.now)


@transaction.atomic
def book_series(  # noqa: PLR0913  the parts of a booking
    patient: Patient,
    *,
    rule: Recurrence,
    pattern: Slot,
    planned: Sequence[Planned],
    service: HealthcareService | None = None,
    reason: str = "",
    actor: Actor,
) -> Series:
    """Book a visit again and again: all of the planned times, or none and the refusal of the first that
    cannot be had. `pattern` is a slot as the rule wants them. Raises SeriesTooShort, SeriesTooLong,
    SeriesAlone."""
    if service is not None and service.needs_before_id:
        raise SeriesAlone
    if len(planned) < 2:
        raise SeriesTooShort
    if len(planned) > VISITS_AT_MOST:
        raise SeriesTooLong
    assert pattern.location_id is not None
    series = Series(
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        practitioner_id=pattern.practitioner_id,
        location_id=pattern.location_id,
        local_time=pattern.local_start.time(),
        zone=pattern.zone,
        occurrence_count=len(planned),
    )
    _follow(series, rule)
    decide(actor, "book", series)
    _wait_for((), [each.slot for each in planned], service_id=series.service_id)
    series.save()
    for number, each in enumerate(planned, 1):
        draft = Appointment(series=series, recurrence_id=number, recurrence_on=each.day)
        book_appointment(patient, slot=each.slot, service=service, reason=reason, draft=draft, actor=actor)
    return series


def visits_of(series: Series | UUID, *, actor: Actor) -> QuerySet[Appointment]:
    """The visits of a series in their order, whatever became of them."""
    found = scoped(Appointment, actor).filter(series=series).select_related("series", "service", "patient")
    return found.defer("resource", "service__resource", "patient__resource").order_by("recurrence_id")


def to_come(appointment: Appointment, reach: Reach, *, actor: Actor) -> list[Appointment]:
    """The visits that are meant and can still be changed: booked, and not begun."""
    return _reached(appointment, reach, Appointment.Status.BOOKED, actor)


def cancelled_to_come(appointment: Appointment, reach: Reach, *, actor: Actor) -> list[Appointment]:
    """The visits that are meant, were cancelled and whose time has not come."""
    return _reached(appointment, reach, Appointment.Status.CANCELLED, actor)


@transaction.atomic
def move_series(
    appointment: Appointment, *, reach: Reach, to: Slot, places: Places, seen: Versions, actor: Actor
) -> Series:
    """Let this visit go to another time, and the others that are meant to the places given; whoever has no
    place stays. The rule goes along, and following visits are split off if earlier ones are still to come.

    All are moved or none is. Raises StaleVersion if the visits are not as they were seen.
    """
    asked = to_come(appointment, reach, actor=actor)
    _wait_for(asked, filter(None, places.values()), service_id=appointment.service_id)
    members = to_come(appointment, reach, actor=actor)  # as they are now that it is our turn
    _require_seen(members, seen)
    current = next((one for one in members if one.id == appointment.id), None)
    if current is None or current.series is None:
        raise StaleVersion
    appointment, series = current, current.series
    shift = Shift.of(appointment, to)
    moves = {one.id: slot for one in members if (slot := places.get(_number(one)))}
    for one in members:
        decide(actor, "move", one)
    if _must_split(appointment, series, reach, actor=actor):
        series, touched = _split(appointment, series, actor=actor)
    else:
        touched = members + cancelled_to_come(appointment, Reach.ALL, actor=actor)
    _replan(series, touched, shift, to)
    moving = []
    for one in touched:
        slot = moves.get(one.id)
        if slot is None or _is_at(one, slot):
            one.save()
        else:
            moving.append((one, slot))
    # Whoever goes ahead makes room for the next one.
    is_later = to.start > (appointment.starts_at or to.start)
    moving.sort(key=lambda move: _number(move[0]), reverse=is_later)
    _move_all(moving, actor=actor)
    return series


@transaction.atomic
def cancel_series(
    appointment: Appointment,
    *,
    reach: Reach,
    with_moved: bool = True,
    reason: str = "",
    version: int | None = None,
    actor: Actor,
) -> list[Appointment]:
    """Cancel this visit and the others that are meant, those that were moved on their own only `with_moved`;
    which they were, as they are now, for an undo."""
    appointment.require_version(version)
    members = to_come(appointment, reach, actor=actor)
    chosen = [one for one in members if one.id == appointment.id or with_moved or not one.is_off_pattern]
    if not chosen:
        raise ImpossibleMove
    return [cancel_appointment(one, reason=reason, actor=actor) for one in chosen]


@transaction.atomic
def reinstate_series(
    appointment: Appointment, *, places: Places, seen: Versions, actor: Actor
) -> list[Appointment]:
    """Book cancelled visits of a series again at the places given, all or none: at its old time as it was, or
    at another one. Raises StaleVersion if they are not as they were seen."""
    asked = cancelled_to_come(appointment, Reach.ALL, actor=actor)
    _wait_for(asked, filter(None, places.values()), service_id=appointment.service_id)
    everything = cancelled_to_come(appointment, Reach.ALL, actor=actor)  # as they are now that it is our turn
    members = [one for one in everything if _number(one) in seen]
    _require_seen(members, seen)
    booked = []
    for one in members:
        slot = places.get(_number(one))
        if slot is not None and _is_at(one, slot):
            booked.append(reinstate_appointment(one, actor=actor))
        elif slot is not None:
            booked.append(reschedule_appointment(one, slot=slot, actor=actor))
    return booked


def versions_of(members: Iterable[Appointment]) -> dict[int, int]:
    """What was seen of these visits."""
    return {_number(one): one.version for one in members}


def _reached(appointment: Appointment, reach: Reach, status: str, actor: Actor) -> list[Appointment]:
    if appointment.series_id is None:
        return []
    found = visits_of(appointment.series_id, actor=actor).filter(status=status, period_start__gt=clock.now())
    if reach == Reach.THIS:
        found = found.filter(id=appointment.id)
    elif reach == Reach.FOLLOWING:
        found = found.filter(recurrence_id__gte=appointment.recurrence_id)
    return list(found)


def _require_seen(members: Collection[Appointment], seen: Versions) -> None:
    if not members or versions_of(members) != dict(seen):
        raise StaleVersion


def _number(one: Appointment) -> int:
    assert one.recurrence_id is not None
    return one.recurrence_id


def _must_split(appointment: Appointment, series: Series, reach: Reach, *, actor: Actor) -> bool:
    """Whether visits before this one are still to come by the old rule."""
    if reach == Reach.ALL:
        return False
    earlier = visits_of(series, actor=actor).filter(recurrence_id__lt=appointment.recurrence_id)
    return earlier.filter(status=Appointment.Status.BOOKED, period_start__gt=clock.now()).exists()


def _split(appointment: Appointment, series: Series, *, actor: Actor) -> tuple[Series, list[Appointment]]:
    """Let this visit and all after it, whatever became of them, be a series of their own, counted anew; the
    caller saves them."""
    everything = list(visits_of(series, actor=actor))
    first = _number(appointment)
    kept = [one for one in everything if _number(one) < first]
    gone = [one for one in everything if _number(one) >= first]
    split = Series(
        patient_id=series.patient_id,
        organization_id=series.organization_id,
        service_id=series.service_id,
        split_from=series,
        practitioner_id=series.practitioner_id,
        location_id=series.location_id,
        local_time=series.local_time,
        zone=series.zone,
        occurrence_count=len(gone),
    )
    assert appointment.recurrence_on is not None
    _follow(split, replace(rule_of(series), first_on=appointment.recurrence_on))
    decide(actor, "book", split)
    split.save()
    for number, one in enumerate(gone, 1):
        one.series, one.recurrence_id = split, number
    series.occurrence_count = len(kept)
    series.save()
    return split, gone


def _move_all(moving: list[tuple[Appointment, Slot]], *, actor: Actor) -> None:
    """Move visits whose times may lie where others of them still are: those wait until these have gone."""
    while moving:
        waiting, refusal = [], None
        for one, slot in moving:
            try:
                reschedule_appointment(one, slot=slot, actor=actor)
            except SlotTaken as taken:
                waiting.append((one, slot))
                refusal = taken
        if refusal is not None and len(waiting) == len(moving):
            raise refusal
        moving = waiting


def _replan(series: Series, touched: Iterable[Appointment], shift: Shift, to: Slot) -> None:
    """Give the series its new rule, and its visits that can still be changed their new days in it."""
    now = clock.now()
    for one in touched:
        if one.status in CHANGEABLE and one.starts_at is not None and one.starts_at > now:
            one.recurrence_on = shift.day(one.recurrence_on)
    first = shift.day(series.first_on)
    _follow(series, replace(shift.moved_rule, first_on=first))
    assert to.location_id is not None
    series.practitioner_id, series.location_id = to.practitioner_id, to.location_id
    series.local_time, series.zone = to.local_start.time(), to.zone
    series.save()


def _is_at(one: Appointment, slot: Slot) -> bool:
    """Whether a visit has this very time, with the same clinician and for as long."""
    has = slot_of(one)
    return (has.start, has.end, has.practitioner_id, has.location_id) == (
        slot.start,
        slot.end,
        slot.practitioner_id,
        slot.location_id,
    )


def _follow(series: Series, rule: Recurrence) -> None:
    series.recurrence_type, series.interval, series.first_on = rule.kind, rule.interval, rule.first_on
    series.weekdays = sorted(rule.weekdays)
    series.day_of_month, series.nth_week_of_month = rule.day_of_month, rule.nth_week


def _wait_for(members: Iterable[Appointment], slots: Iterable[Slot], *, service_id: UUID | None) -> None:
    """Wait for our turn once, with everything that any of these visits holds or will hold: else two series
    could wait for each other."""
    pooled = PoolMember.objects.filter(pool__needs__service=service_id, pool__needs__active=True, active=True)
    held = ((one.practitioner_id, one.room_id, *one.also_people, *one.also_places) for one in members)
    wanted = ((slot.practitioner_id, slot.room_id) for slot in slots)
    pool = pooled.values_list("practitioner_id", "location_id")
    lock_resources(sorted({each for each in chain(*held, *wanted, *pool) if each}))
