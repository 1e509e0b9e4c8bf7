"""Series that want the same times at once: each is whole or told no, and no visit is held twice (A41).

`OSLER_FULL=1` runs 40 rounds instead of three.
"""

import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db.models import Count

from osler.clinic.scheduling.appointments import lanes
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.lanes import lock_resources, slot_of
from osler.clinic.scheduling.errors import ScheduleBusy, SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation, Series
from osler.clinic.scheduling.series.moving import Shift, move_series
from osler.clinic.scheduling.series.preview import wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import (
    Planned,
    Reach,
    book_series,
    cancel_series,
    reinstate_series,
    to_come,
    versions_of,
)
from osler.foundation.audit.context import acting
from osler.kernel.errors import StaleVersion
from osler.kernel.retries import until_done
from osler.kernel.states import ImpossibleMove
from tests.environment import FULL, RUN
from tests.simulation.clients import BusyClinic, Outcome, at_once

ROUNDS = 40 if FULL else 3
VISITS = 6
NOES = (SlotTaken, ScheduleBusy, StaleVersion, ImpossibleMove)


@pytest.fixture
def clinic(live_tenant) -> BusyClinic:
    return BusyClinic().open(practitioners=2, patients=8)


def booking(clinic: BusyClinic, patient, *, first_day: int, interval: int = 1) -> Callable[[], object]:
    """A series of days at nine, from a first day on."""

    def work() -> object:
        with acting(clinic.actor):
            pattern = clinic.slots(1, first_day=first_day)[0]
            rule = Recurrence("daily", interval, pattern.local_start.date())
            at = pattern.local_start.time()
            planned = [Planned(day, wish_for(pattern, day, at).slot) for day in rule.days(count=VISITS)]
            return book_series(patient, rule=rule, pattern=pattern, planned=planned, actor=clinic.actor).id

    return lambda: until_done(work)


def kinds(outcomes: list[Outcome]) -> Counter:
    return Counter(type(one.error).__name__ if one.error else "booked" for one in outcomes)


def all_right(clinic: BusyClinic, said: str) -> None:
    """Every series has the visits that it counts, each once; every visit that holds has its reservation."""
    with acting(clinic.actor):
        counted = Series.objects.annotate(visits=Count("appointments")).values_list(
            "visits", "occurrence_count"
        )
        assert all(visits == count for visits, count in counted), said
        holding = Appointment.objects.filter(status__in=Appointment.HOLDING)
        assert Reservation.objects.count() == holding.count(), said
        assert holding.values("practitioner_id", "period_start").distinct().count() == holding.count(), said


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_of_series_that_overlap_one_is_whole_and_the_others_are_told(clinic, turn):
    works = [
        booking(clinic, patient, first_day=number % 3, interval=1 + number % 2)
        for number, patient in enumerate(clinic.patients)
    ]

    answers = kinds(at_once(works))

    assert set(answers) <= {"booked", "SlotTaken", "ScheduleBusy"}
    assert answers["booked"] >= 1
    with acting(clinic.actor):
        assert Appointment.objects.count() == answers["booked"] * VISITS
        assert Series.objects.count() == answers["booked"]
    all_right(clinic, str(answers))


def test_several_are_cancelled_when_it_is_their_turn(clinic, monkeypatch):
    """Else a move, which writes the same visits from the last to the first, and it wait for each other."""
    monkeypatch.setattr(lanes, "PATIENCE", "200ms")
    booking(clinic, clinic.patients[0], first_day=0)()
    with acting(clinic.actor):
        first = Appointment.objects.select_related("series", "service").get(recurrence_id=1)

    def cancel() -> None:
        with acting(clinic.actor):
            cancel_series(first, reach=Reach.ALL, actor=clinic.actor)

    with acting(clinic.actor):
        lock_resources([first.practitioner_id])
        (outcome,) = at_once([cancel])
    assert isinstance(outcome.error, ScheduleBusy)
    with acting(clinic.actor):
        assert Appointment.objects.filter(status=Appointment.Status.BOOKED).count() == VISITS
    cancel()

    with acting(clinic.actor):
        assert Appointment.objects.filter(status=Appointment.Status.CANCELLED).count() == VISITS
        assert not Reservation.objects.exists()


def one_change(clinic: BusyClinic, keys: list, dice: random.Random) -> None:
    """A deed at a visit of the series, or a booking that wants a time which it may want."""
    with acting(clinic.actor):
        one = Appointment.objects.select_related("series", "service").get(id=dice.choice(keys))
        reach, kind = dice.choice((Reach.FOLLOWING, Reach.ALL)), dice.random()
        if kind < 0.3:
            gone = cancel_series(one, reach=reach, actor=clinic.actor)
            fresh = Appointment.objects.select_related("series", "service").get(id=one.id)
            places = {each.recurrence_id: slot_of(each) for each in gone}
            reinstate_series(fresh, places=places, seen=versions_of(gone), actor=clinic.actor)
        elif kind < 0.5:
            slot = clinic.slots(4, first_day=dice.randrange(VISITS))[dice.randrange(4)]
            book_appointment(clinic.patients[1], slot=slot, actor=clinic.actor)
        else:
            move_some(clinic, one, reach, timedelta(minutes=20 * dice.randint(-2, 2)))


def move_some(clinic: BusyClinic, one: Appointment, reach: Reach, by: timedelta) -> None:
    """Everybody who is meant goes so much further."""
    to = slot_of(one)
    wanted = to.local_start + by
    to = wish_for(to, wanted.date(), wanted.time()).slot
    members, shift = to_come(one, reach, actor=clinic.actor), Shift.of(one, to)
    places = {
        each.recurrence_id: wish_for(to, shift.day(each.recurrence_on), to.local_start.time()).slot
        for each in members
    }
    seen = versions_of(members)
    move_series(one, reach=reach, to=to, places=places, seen=seen, actor=clinic.actor)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_series_and_single_visits_that_are_moved_and_cancelled_at_once(clinic, turn):
    dice = random.Random(RUN + turn)
    booking(clinic, clinic.patients[0], first_day=0)()
    with acting(clinic.actor):
        keys = list(Appointment.objects.order_by("recurrence_id").values_list("id", flat=True))

    def client(seed: int) -> Callable[[], None]:
        own = random.Random(seed)

        def tries() -> None:
            for _ in range(4):
                with suppress(*NOES):
                    until_done(lambda: one_change(clinic, keys, own))

        return tries

    outcomes = at_once([client(dice.randrange(10**6)) for _ in range(6)])

    said = f"seed {RUN}, turn {turn}"
    assert [one.error for one in outcomes if one.error] == [], said
    all_right(clinic, said)
    with acting(clinic.actor):
        assert Appointment.objects.exclude(series=None).count() == VISITS, said
