"""A weekly series, and how its visits read."""

import pytest

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.series.moving import Shift
from osler.clinic.scheduling.series.preview import wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import Planned, book_series, to_come, versions_of
from tests.clinic.scheduling.conftest import MONDAY

WEEKLY = Recurrence("weekly", 1, MONDAY.date(), frozenset({0}))


@pytest.fixture
def book(act, bob, patient, visit, slot):
    """Book a weekly series at ten, so many visits long."""

    def make(count=4, *, rule=WEEKLY, first=None, who=None):
        pattern = first or slot(10)
        wishes = [wish_for(pattern, day, pattern.local_start.time()) for day in rule.days(count=count)]
        planned = [Planned(wish.day, wish.slot) for wish in wishes]
        with act(bob):
            return book_series(
                who or patient, rule=rule, pattern=pattern, planned=planned, service=visit, actor=bob
            )

    return make


def numbered(series):
    """Each visit: its number, when, and its status."""
    rows = Appointment.objects.filter(series=series).select_related("series").order_by("recurrence_id")
    return [(one.recurrence_id, f"{one.wall_start:%m-%d %H:%M}", one.status) for one in rows]


def member(series, number):
    """One visit of a series."""
    found = Appointment.objects.select_related("series", "service", "patient")
    return found.get(series=series, recurrence_id=number)


def shifted(one, slot, *, reach, bob):
    """Everybody who is meant goes along."""
    members = to_come(one, reach, actor=bob)
    shift = Shift.of(one, slot)
    wishes = [wish_for(slot, shift.day(each.recurrence_on), slot.local_start.time()) for each in members]
    places = {each.recurrence_id: wish.slot for each, wish in zip(members, wishes, strict=True)}
    return {"places": places, "seen": versions_of(members)}
