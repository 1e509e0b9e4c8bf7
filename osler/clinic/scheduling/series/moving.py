"""Moving several visits of a series, and the Undo: whole or nothing, and the rule goes along.

A series of which earlier visits are still to come is split: the following ones become a series of their own.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Self, TypeVar

from django.db import transaction

from osler.clinic.scheduling.appointments.booking import reschedule_appointment
from osler.clinic.scheduling.appointments.undoing import put_back
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import SlotTaken
from osler.clinic.scheduling.models import Appointment, Series
from osler.clinic.scheduling.series.recurrence import Recurrence, rule_of
from osler.clinic.scheduling.series.repeating import (
    Places,
    Reach,
    Versions,
    cancelled_to_come,
    follow,
    is_at,
    number_of,
    require_seen,
    to_come,
    visits_of,
    wait_for,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.replaced import replaced_row
from osler.kernel import clock
from osler.kernel.errors import StaleVersion
from osler.kernel.states import ImpossibleMove

PLAN = (
    "recurrence_type",
    "interval",
    "weekdays",
    "day_of_month",
    "nth_week_of_month",
    "first_on",
    "occurrence_count",
    "local_time",
    "zone",
    "practitioner_id",
    "location_id",
)
"""What a move of several visits changes of their series."""
PLACE = ("series_id", "recurrence_id", "recurrence_on")
"""Where a visit is in a series."""
Goal = TypeVar("Goal")
CHANGEABLE = frozenset({Appointment.Status.BOOKED, Appointment.Status.CANCELLED})


@dataclass(frozen=True, slots=True)
class Moved:
    """What moving several visits has changed, as it is now: the series they are in, those that the rule was
    changed for, moved or not, and the series that they were in before."""

    series: Series
    visits: list[Appointment]
    before: Series


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
def move_series(
    appointment: Appointment, *, reach: Reach, to: Slot, places: Places, seen: Versions, actor: Actor
) -> Moved:
    """Let this visit go to another time, and the others that are meant to the places given; whoever has no
    place stays. The rule goes along, and following visits are split off if earlier ones are still to come.

    All are moved or none is. Raises StaleVersion if the visits are not as they were seen.
    """
    asked = to_come(appointment, reach, actor=actor)
    wait_for(asked, filter(None, places.values()), service_id=appointment.service_id)
    members = to_come(appointment, reach, actor=actor)  # as they are now that it is our turn
    require_seen(members, seen)
    current = next((one for one in members if one.id == appointment.id), None)
    if current is None or current.series is None:
        raise StaleVersion
    appointment, series, before = current, current.series, current.series
    shift = Shift.of(appointment, to)
    moves = {one.id: slot for one in members if (slot := places.get(number_of(one)))}
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
        if slot is None or is_at(one, slot):
            one.save()
        else:
            moving.append((one, slot))
    # Whoever goes ahead makes room for the next one.
    is_later = to.start > (appointment.starts_at or to.start)
    moving.sort(key=lambda move: number_of(move[0]), reverse=is_later)
    _in_turn(moving, partial(_move_to, actor=actor))
    return Moved(series, touched, before)


@transaction.atomic
def take_back_series(
    appointment: Appointment, *, seen: Versions, version: int | None, actor: Actor
) -> list[Appointment]:
    """Undo the last move of several visits, all or none: their times, their days and the rule are as they
    were, and those that were split off are in their old series again. Raises StaleVersion if the visits, or
    the old series (`version`), are not as the move left them; SlotTaken if an old time is held by now."""
    if appointment.series is None:
        raise ImpossibleMove
    asked = visits_of(appointment.series, actor=actor).filter(recurrence_id__in=list(seen))
    wait_for(asked, (), service_id=appointment.service_id)
    members = list(asked.all())  # as they are now that it is our turn
    require_seen(members, seen)
    befores = [before for one in members if (before := _before(one))]
    olds = {before.series_id for before in befores if before.series_id}
    if len(befores) < len(members) or len(olds) != 1:
        raise ImpossibleMove
    old, split = scoped(Series, actor).get(id=olds.pop()), members[0].series
    _take_back_plan(old, version=version)
    if split is not None and split.id != old.id:
        split.occurrence_count = 0
        split.save()
    going = []
    for one, before in zip(members, befores, strict=True):
        decide(actor, "move", one)
        for name in PLACE:
            setattr(one, name, getattr(before, name))
        if (one.period, one.practitioner_id) == (before.period, before.practitioner_id):
            one.save()
        else:
            going.append((one, before))
    _in_turn(going, put_back)
    return members


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
    first = number_of(appointment)
    kept = [one for one in everything if number_of(one) < first]
    gone = [one for one in everything if number_of(one) >= first]
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
    follow(split, replace(rule_of(series), first_on=appointment.recurrence_on))
    decide(actor, "book", split)
    split.save()
    for number, one in enumerate(gone, 1):
        one.series, one.recurrence_id = split, number
    series.occurrence_count = len(kept)
    series.save()
    return split, gone


def _in_turn(going: Sequence[tuple[Appointment, Goal]], go: Callable[[Appointment, Goal], None]) -> None:
    """Move visits whose times may lie where others of them still are: those wait until these have gone."""
    while going:
        waiting, refusal = [], None
        for one, goal in going:
            try:
                go(one, goal)
            except SlotTaken as taken:
                waiting.append((one, goal))
                refusal = taken
        if refusal is not None and len(waiting) == len(going):
            raise refusal
        going = waiting


def _move_to(one: Appointment, slot: Slot, *, actor: Actor) -> None:
    reschedule_appointment(one, slot=slot, actor=actor)


def _before(one: Appointment) -> Appointment | None:
    """The visit as the last change found it, in a series."""
    before = replaced_row(Appointment, one.id, version=one.version)
    return before if before is not None and before.series_id is not None else None


def _take_back_plan(series: Series, *, version: int | None) -> None:
    """Give a series the rule and the count that the last change found."""
    series.require_version(version)
    before = replaced_row(Series, series.id, version=series.version)
    if before is None:
        raise ImpossibleMove
    for name in PLAN:
        setattr(series, name, getattr(before, name))
    series.save()


def _replan(series: Series, touched: Iterable[Appointment], shift: Shift, to: Slot) -> None:
    """Give the series its new rule, and its visits that can still be changed their new days in it."""
    now = clock.now()
    for one in touched:
        if one.status in CHANGEABLE and one.starts_at is not None and one.starts_at > now:
            one.recurrence_on = shift.day(one.recurrence_on)
    first = shift.day(series.first_on)
    follow(series, replace(shift.moved_rule, first_on=first))
    assert to.location_id is not None
    series.practitioner_id, series.location_id = to.practitioner_id, to.location_id
    series.local_time, series.zone = to.local_start.time(), to.zone
    series.save()
