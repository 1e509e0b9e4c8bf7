"""Repeated visits: booked as a whole, cancelled and booked again as this one, this and the following, or all
to come. `moving` moves them.

Each deed is whole or nothing. What is over, has begun or was never booked is not touched; visits that were
moved on their own follow only if that is said.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import chain
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
from osler.clinic.scheduling.errors import SeriesAlone, SeriesTooLong, SeriesTooShort
from osler.clinic.scheduling.models import Appointment, PoolMember, Series
from osler.clinic.scheduling.series.recurrence import VISITS_AT_MOST, Recurrence
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
    follow(series, rule)
    decide(actor, "book", series)
    wait_for((), [each.slot for each in planned], service_id=series.service_id)
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
    # Without our turn, a move that writes the same visits in another order and we could wait for each other.
    wait_for(to_come(appointment, reach, actor=actor), (), service_id=appointment.service_id)
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
    wait_for(asked, filter(None, places.values()), service_id=appointment.service_id)
    everything = cancelled_to_come(appointment, Reach.ALL, actor=actor)  # as they are now that it is our turn
    members = [one for one in everything if number_of(one) in seen]
    require_seen(members, seen)
    booked = []
    for one in members:
        slot = places.get(number_of(one))
        if slot is not None and is_at(one, slot):
            booked.append(reinstate_appointment(one, actor=actor))
        elif slot is not None:
            booked.append(reschedule_appointment(one, slot=slot, actor=actor))
    return booked


def versions_of(members: Iterable[Appointment]) -> dict[int, int]:
    """What was seen of these visits."""
    return {number_of(one): one.version for one in members}


def _reached(appointment: Appointment, reach: Reach, status: str, actor: Actor) -> list[Appointment]:
    if appointment.series_id is None:
        return []
    found = visits_of(appointment.series_id, actor=actor).filter(status=status, period_start__gt=clock.now())
    if reach == Reach.THIS:
        found = found.filter(id=appointment.id)
    elif reach == Reach.FOLLOWING:
        found = found.filter(recurrence_id__gte=appointment.recurrence_id)
    return list(found)


def require_seen(members: Collection[Appointment], seen: Versions) -> None:
    """StaleVersion unless these visits, and no others, are as they were seen."""
    if not members or versions_of(members) != dict(seen):
        raise StaleVersion


def number_of(one: Appointment) -> int:
    """Which of its series a visit is, from 1."""
    assert one.recurrence_id is not None
    return one.recurrence_id


def is_at(one: Appointment, slot: Slot) -> bool:
    """Whether a visit has this very time, with the same clinician and for as long."""
    has = slot_of(one)
    return (has.start, has.end, has.practitioner_id, has.location_id) == (
        slot.start,
        slot.end,
        slot.practitioner_id,
        slot.location_id,
    )


def follow(series: Series, rule: Recurrence) -> None:
    """Let a series follow a rule; the caller saves it."""
    series.recurrence_type, series.interval, series.first_on = rule.kind, rule.interval, rule.first_on
    series.weekdays = sorted(rule.weekdays)
    series.day_of_month, series.nth_week_of_month = rule.day_of_month, rule.nth_week


def wait_for(members: Iterable[Appointment], slots: Iterable[Slot], *, service_id: UUID | None) -> None:
    """Wait for our turn once, with everything that any of these visits holds or will hold: else two series
    could wait for each other."""
    pooled = PoolMember.objects.filter(pool__needs__service=service_id, pool__needs__active=True, active=True)
    held = ((one.practitioner_id, one.room_id, *one.also_people, *one.also_places) for one in members)
    wanted = ((slot.practitioner_id, slot.room_id) for slot in slots)
    pool = pooled.values_list("practitioner_id", "location_id")
    lock_resources(sorted({each for each in chain(*held, *wanted, *pool) if each}))
