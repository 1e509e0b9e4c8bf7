"""Several visits of a series moved, and the move taken back: whole or not at all."""

import random
from datetime import time, timedelta

import pytest

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.lanes import slot_of
from osler.clinic.scheduling.errors import SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation, Series
from osler.clinic.scheduling.series.moving import PLAN, move_series, take_back_series
from osler.clinic.scheduling.series.preview import look_at, wish_for
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
from osler.kernel.errors import Refusal, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY
from tests.clinic.scheduling.series.conftest import member, numbered, shifted
from tests.environment import RUN

pytestmark = pytest.mark.django_db


def test_this_and_the_following_are_split_off_and_moved(act, bob, book, slot):
    series = book()

    with act(bob):
        third = member(series, 3)
        to = slot(11, day=16)  # Wednesday at eleven
        moved = move_series(
            third,
            reach=Reach.FOLLOWING,
            to=to,
            **shifted(third, to, reach=Reach.FOLLOWING, bob=bob),
            actor=bob,
        )
        split = moved.series
        series.refresh_from_db()

        assert numbered(series) == [(1, "03-01 10:00", "booked"), (2, "03-08 10:00", "booked")]
        assert numbered(split) == [(1, "03-17 11:00", "booked"), (2, "03-24 11:00", "booked")]
        assert series.occurrence_count == 2
        assert (split.split_from_id, split.occurrence_count, split.weekdays, split.local_time) == (
            series.id,
            2,
            [2],
            time(11),
        )
        assert not any(one.is_off_pattern for one in Appointment.objects.select_related("series"))


def test_all_to_come_are_moved_without_a_split_and_the_past_stays(act, bob, book, slot, monday):
    series = book()
    with act(bob):
        Appointment.objects.filter(recurrence_id=1).update(status="fulfilled")
        second = member(series, 2)
        to = slot(9, 20, day=7)
        same = move_series(
            second, reach=Reach.ALL, to=to, **shifted(second, to, reach=Reach.ALL, bob=bob), actor=bob
        )

        assert (same.series.id, same.before.id) == (series.id, series.id)
        assert numbered(series) == [
            (1, "03-01 10:00", "fulfilled"),
            (2, "03-08 09:20", "booked"),
            (3, "03-15 09:20", "booked"),
            (4, "03-22 09:20", "booked"),
        ]
        assert Series.objects.count() == 1


def test_visits_that_follow_each_other_closely_make_room_for_each_other(act, bob, book, slot):
    daily = Recurrence("daily", 1, MONDAY.date())
    series = book(5, rule=daily)

    for day, back in ((1, False), (0, True)):
        with act(bob):
            first = member(series, 1)
            to = slot(10, day=day)
            args = shifted(first, to, reach=Reach.ALL, bob=bob)
            places = {number: place for number, place in args["places"].items() if number < 5 or back}
            if not back:  # Saturday is no working day: the last one stays, in nobody's way
                reschedule_appointment(member(series, 5), slot=slot(15, day=4), actor=bob)
                args["seen"] = versions_of(to_come(first, Reach.ALL, actor=bob))
            move_series(first, reach=Reach.ALL, to=to, places=places, seen=args["seen"], actor=bob)

    with act(bob):
        assert [text for _n, text, _s in numbered(series)] == [f"03-0{day} 10:00" for day in range(1, 6)]


def test_one_that_cannot_move_keeps_all_where_they_are(act, bob, book, visit, slot, other_patient):
    series = book()
    with act(bob):
        before = numbered(series)
        book_appointment(other_patient, slot=slot(11, day=14), service=visit, actor=bob)
        first = member(series, 1)
        args = shifted(first, slot(11), reach=Reach.ALL, bob=bob)
        with pytest.raises(SlotTaken):
            move_series(first, reach=Reach.ALL, to=slot(11), **args, actor=bob)

        assert numbered(series) == before
        series.refresh_from_db()
        assert series.local_time == time(10)


def test_who_was_moved_on_his_own_is_told_and_stays(act, bob, book, slot):
    series = book()
    with act(bob):
        reschedule_appointment(member(series, 3), slot=slot(15, day=15), actor=bob)
        assert [one.is_off_pattern for one in to_come(member(series, 1), Reach.ALL, actor=bob)] == [
            False,
            False,
            True,
            False,
        ]
        first = member(series, 1)
        args = shifted(first, slot(11), reach=Reach.ALL, bob=bob)
        args["places"][3] = None
        move_series(first, reach=Reach.ALL, to=slot(11), **args, actor=bob)

        assert [text for _n, text, _s in numbered(series)] == [
            "03-01 11:00",
            "03-08 11:00",
            "03-16 15:00",
            "03-22 11:00",
        ]
        assert [one.is_off_pattern for one in to_come(member(series, 1), Reach.ALL, actor=bob)][2]


def test_a_change_since_the_preview_is_told(act, bob, book, slot):
    series = book()
    with act(bob):
        first = member(series, 1)
        args = shifted(first, slot(11), reach=Reach.ALL, bob=bob)
        cancel_appointment(member(series, 4), actor=bob)
        before = numbered(series)
        with pytest.raises(StaleVersion):
            move_series(first, reach=Reach.ALL, to=slot(11), **args, actor=bob)
        assert numbered(series) == before


def everything():
    """All that is said of visits and their series, but when it was last written."""
    visits = Appointment.objects.order_by("id").values(
        "id", "status", "period", "local_start", "confirmed_at", "series_id", "recurrence_id", "recurrence_on"
    )
    kept = Series.objects.filter(occurrence_count__gt=0).order_by("id")
    held = Reservation.objects.order_by("resource_id", "period").values(
        "appointment_id", "resource_id", "period"
    )
    return list(visits), list(kept.values("id", *PLAN)), list(held)


@pytest.mark.parametrize("reach", [Reach.FOLLOWING, Reach.ALL])
def test_a_move_of_several_is_taken_back_exactly(act, bob, book, slot, reach):
    series = book(6)
    with act(bob):
        reschedule_appointment(member(series, 5), slot=slot(15, day=30), actor=bob)
        cancel_appointment(member(series, 4), actor=bob)
        confirm_appointment(member(series, 3), by="desk", actor=bob)
        before, one = everything(), member(series, 2)
        to = slot(10, 20, day=8)
        args = shifted(one, to, reach=reach, bob=bob)
        args["places"][5] = None
        moved = move_series(one, reach=reach, to=to, **args, actor=bob)
        assert everything() != before
        assert (moved.series.id == series.id) == (reach == Reach.ALL)

        one = Appointment.objects.get(id=one.id)
        back = take_back_series(one, seen=versions_of(moved.visits), version=moved.before.version, actor=bob)

        assert everything() == before
        assert len(back) == len(moved.visits)


@pytest.mark.parametrize("since", ["one is moved", "the rest is moved", "the time is taken", "undone"])
def test_a_move_of_several_that_is_not_as_it_was_left_stays(
    act, bob, book, visit, slot, other_patient, since
):
    series = book(5)
    with act(bob):
        one, to = member(series, 3), slot(11, day=14)
        args = shifted(one, to, reach=Reach.FOLLOWING, bob=bob)
        moved = move_series(one, reach=Reach.FOLLOWING, to=to, **args, actor=bob)
        undo = {"seen": versions_of(moved.visits), "version": moved.before.version, "actor": bob}
        one = member(moved.series, 1)
        refusal = StaleVersion
        if since == "one is moved":
            reschedule_appointment(member(moved.series, 2), slot=slot(15, day=22), actor=bob)
        elif since == "the rest is moved":
            first, to = member(series, 1), slot(13)
            move_series(
                first, reach=Reach.ALL, to=to, **shifted(first, to, reach=Reach.ALL, bob=bob), actor=bob
            )
        elif since == "the time is taken":
            book_appointment(other_patient, slot=slot(10, day=21), service=visit, actor=bob)
            refusal = SlotTaken
        else:
            take_back_series(one, **undo)
            one, refusal = member(series, 3), StaleVersion
        before = everything()
        with pytest.raises(refusal):
            take_back_series(one, **undo)

        assert everything() == before


def test_what_was_never_moved_with_others_is_not_taken_back(act, bob, charlie, dana, book, slot):
    series = book()
    with act(bob):
        one, before = member(series, 2), everything()
        with pytest.raises(ImpossibleMove):
            take_back_series(one, seen={2: one.version}, version=series.version, actor=bob)
        assert everything() == before
    for who in (charlie, dana):
        with act(who), pytest.raises(Refusal):
            take_back_series(one, seen={2: one.version}, version=series.version, actor=who)
    with act(bob):
        assert everything() == before


def test_random_series_hold_what_was_shown_and_count_each_visit_once(
    act, bob, osei, visit, patient, other_patient, slot
):
    """Booked as shown; then split, moved, cancelled and reinstated: nothing is lost or counted twice."""
    dice = random.Random(RUN)
    with act(bob):
        for case in range(12):
            said = f"seed {RUN}, case {case}"
            rule = Recurrence("weekly", dice.randint(1, 2), MONDAY.date(), frozenset({0, dice.randrange(5)}))
            pattern = slot(dice.choice((9, 10, 11, 13, 14)), dice.choice((0, 20, 40)))
            wishes = [
                wish_for(pattern, day, pattern.local_start.time())
                for day in rule.days(count=dice.randint(3, 8))
            ]
            seen = look_at(wishes, service=visit)
            chosen = [(one.wish.day, one.wish.slot if one.is_free else one.instead) for one in seen]
            planned = [Planned(day, where) for day, where in chosen if where]
            who = dice.choice((patient, other_patient))
            series = book_series(who, rule=rule, pattern=pattern, planned=planned, service=visit, actor=bob)
            booked = Appointment.objects.filter(series=series).order_by("recurrence_id")
            assert [one.period.lower for one in booked] == [one.slot.start for one in planned], said
            _change(series, dice, bob)
            family = [series.id, *Series.objects.filter(split_from=series).values_list("id", flat=True)]
            for key in family:
                numbers = Appointment.objects.filter(series=key).order_by("recurrence_id")
                count = Series.objects.get(id=key).occurrence_count
                assert list(numbers.values_list("recurrence_id", flat=True)) == list(range(1, count + 1)), (
                    said
                )
            assert Appointment.objects.filter(series__in=family).count() == len(planned), said
        holding = Appointment.objects.filter(status__in=Appointment.HOLDING).count()
        assert Reservation.objects.count() == holding


def _change(series, dice, bob):
    for _ in range(3):
        coming = [one for one in Appointment.objects.filter(series=series) if one.status == "booked"]
        if not coming:
            return
        one = member(series, dice.choice(coming).recurrence_id)
        reach = dice.choice((Reach.FOLLOWING, Reach.ALL))
        if dice.random() < 0.3:
            gone = cancel_series(one, reach=reach, actor=bob)
            places = {each.recurrence_id: slot_of(each) for each in gone}
            reinstate_series(
                member(series, one.recurrence_id), places=places, seen=versions_of(gone), actor=bob
            )
            continue
        to = slot_of(one)
        hours = timedelta(minutes=20 * dice.randint(-3, 3))
        to = wish_for(to, to.local_start.date(), (to.local_start + hours).time()).slot
        args = shifted(one, to, reach=reach, bob=bob)
        before = everything()
        try:
            moved = move_series(one, reach=reach, to=to, **args, actor=bob)
        except (SlotTaken, Refusal):
            continue
        if dice.random() < 0.5:
            one = Appointment.objects.get(id=one.id)
            take_back_series(one, seen=versions_of(moved.visits), version=moved.before.version, actor=bob)
            assert everything() == before
