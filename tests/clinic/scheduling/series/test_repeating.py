"""Repeated visits: shown, booked, moved, cancelled and booked again as a whole or not at all."""

import random
from datetime import time, timedelta

import pytest

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.lanes import slot_of
from osler.clinic.scheduling.calendars.absences import absence_between, note_absence
from osler.clinic.scheduling.errors import SeriesAlone, SeriesTooShort, SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation, Series
from osler.clinic.scheduling.series.preview import CLOSED, FREE, TAKEN, look_at, wish_for
from osler.clinic.scheduling.series.recurrence import Recurrence
from osler.clinic.scheduling.series.repeating import (
    Planned,
    Reach,
    Shift,
    book_series,
    cancel_series,
    move_series,
    reinstate_series,
    to_come,
    versions_of,
)
from osler.kernel.errors import Refusal, StaleVersion
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.environment import RUN

pytestmark = pytest.mark.django_db
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
    rows = Appointment.objects.filter(series=series).select_related("series").order_by("recurrence_id")
    return [(one.recurrence_id, f"{one.wall_start:%m-%d %H:%M}", one.status) for one in rows]


def member(series, number):
    found = Appointment.objects.select_related("series", "service", "patient")
    return found.get(series=series, recurrence_id=number)


def shifted(one, slot, *, reach, bob):
    """Everybody who is meant goes along."""
    members = to_come(one, reach, actor=bob)
    shift = Shift.of(one, slot)
    wishes = [wish_for(slot, shift.day(each.recurrence_on), slot.local_start.time()) for each in members]
    places = {each.recurrence_id: wish.slot for each, wish in zip(members, wishes, strict=True)}
    return {"places": places, "seen": versions_of(members)}


def test_a_series_is_booked_whole(act, bob, book):
    series = book()

    with act(bob):
        assert numbered(series) == [
            (1, "03-01 10:00", "booked"),
            (2, "03-08 10:00", "booked"),
            (3, "03-15 10:00", "booked"),
            (4, "03-22 10:00", "booked"),
        ]
        starts = [one.period.lower for one in Appointment.objects.order_by("period_start")]
        assert series.occurrence_count == 4
    assert [start.hour for start in starts] == [15, 15, 14, 14]  # clocks go forward on 14 March


def test_the_preview_tells_what_is_free_and_what_could_be_taken_instead(
    act, bob, adam, book, osei, visit, slot, other_patient
):
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=7), service=visit, actor=bob)
    with act(adam):
        absence = absence_between(at(0, day=14), at(0, day=15), practitioner=osei)
        note_absence(absence, actor=adam)
    with act(bob):
        wishes = [wish_for(slot(10), day, time(10)) for day in WEEKLY.days(count=4)]
        seen = look_at(wishes, service=visit)

    assert [one.answer for one in seen] == [FREE, TAKEN, CLOSED, FREE]
    assert [one.instead and f"{one.instead.local_start:%m-%d %H:%M}" for one in seen] == [
        None,
        "03-08 09:40",
        "03-16 09:00",
        None,
    ]


def test_the_preview_takes_the_same_few_statements_for_any_number_of_days(
    act, bob, visit, slot, osei, django_assert_num_queries
):
    with act(bob):
        for count in (2, 20):
            wishes = [wish_for(slot(10), day, time(10)) for day in WEEKLY.days(count=count)]
            with django_assert_num_queries(1):
                look_at(wishes, service=visit)
            wishes = [wish_for(slot(8), day, time(8)) for day in WEEKLY.days(count=count)]
            with django_assert_num_queries(2):
                look_at(wishes, service=visit)


def test_one_taken_time_books_nothing(act, bob, book, visit, slot, other_patient):
    with act(bob):
        book_appointment(other_patient, slot=slot(10, day=14), service=visit, actor=bob)

    with pytest.raises(SlotTaken):
        book()

    with act(bob):
        assert (Appointment.objects.count(), Series.objects.count(), Reservation.objects.count()) == (1, 0, 1)


def test_too_few_or_what_needs_another_before_it_is_no_series(act, bob, adam, book, visit, patient):
    with pytest.raises(SeriesTooShort), act(bob):
        book_series(patient, rule=WEEKLY, pattern=None, planned=[], actor=bob)
    with act(adam):
        blood = type(visit).objects.create(name="Blood test")
        visit.needs_before = blood
        visit.save()
    with pytest.raises(SeriesAlone):
        book()
    with act(bob):
        assert Series.objects.count() == 0


def test_this_and_the_following_are_split_off_and_moved(act, bob, book, slot):
    series = book()

    with act(bob):
        third = member(series, 3)
        to = slot(11, day=16)  # Wednesday at eleven
        split = move_series(
            third,
            reach=Reach.FOLLOWING,
            to=to,
            **shifted(third, to, reach=Reach.FOLLOWING, bob=bob),
            actor=bob,
        )
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

        assert same.id == series.id
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


def test_cancelling_the_following_and_taking_it_back_restores_exactly(act, bob, book, slot):
    series = book()
    with act(bob):
        cancel_appointment(member(series, 4), reason="Snow", actor=bob)
        before = Appointment.objects.order_by("id").values(
            "id", "status", "period", "confirmed_at", "cancellation_reason"
        )
        held, rows = Reservation.objects.count(), list(before)
        second = member(series, 2)
        gone = cancel_series(
            second, reach=Reach.FOLLOWING, reason="Moved away", version=second.version, actor=bob
        )

        assert [status for _n, _t, status in numbered(series)] == [
            "booked",
            "cancelled",
            "cancelled",
            "cancelled",
        ]
        assert Reservation.objects.count() == 1
        seen = versions_of(gone)
        places = {one.recurrence_id: slot_of(one) for one in gone}
        reinstate_series(member(series, 2), places=places, seen=seen, actor=bob)

        assert list(before.all()) == rows
        assert Reservation.objects.count() == held


def test_an_undo_whose_time_is_gone_changes_nothing(act, bob, book, visit, slot, other_patient):
    series = book()
    with act(bob):
        first = member(series, 1)
        gone = cancel_series(first, reach=Reach.ALL, actor=bob)
        book_appointment(other_patient, slot=slot(10, day=14), service=visit, actor=bob)
        places = {one.recurrence_id: slot_of(one) for one in gone}
        with pytest.raises(SlotTaken):
            reinstate_series(member(series, 1), places=places, seen=versions_of(gone), actor=bob)

        assert {status for _n, _t, status in numbered(series)} == {"cancelled"}


def test_what_is_over_is_not_cancelled(act, bob, book):
    series = book()
    with act(bob):
        Appointment.objects.filter(recurrence_id=1).update(status="arrived")
        Appointment.objects.filter(recurrence_id=2).update(status="noshow")
        gone = cancel_series(member(series, 1), reach=Reach.ALL, actor=bob)

        assert [one.recurrence_id for one in gone] == [3, 4]
        assert [status for _n, _t, status in numbered(series)] == [
            "arrived",
            "noshow",
            "cancelled",
            "cancelled",
        ]


def test_strangers_and_patients_change_no_series(act, bob, charlie, dana, book, slot):
    series = book()
    with act(bob):
        first = member(series, 1)
        args = shifted(first, slot(11), reach=Reach.ALL, bob=bob)
        before = numbered(series)
    for who in (charlie, dana):
        with act(who), pytest.raises(Refusal):
            move_series(first, reach=Reach.ALL, to=slot(11), **args, actor=who)
        with act(who), pytest.raises(Refusal):
            cancel_series(first, reach=Reach.ALL, actor=who)
    with act(bob):
        assert numbered(series) == before


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
            _change(series, dice, slot, bob)
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


def _change(series, dice, slot, bob):
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
        try:
            move_series(one, reach=reach, to=to, **args, actor=bob)
        except (SlotTaken, Refusal):
            continue
