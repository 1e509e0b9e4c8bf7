"""Working hours: noted, ended, taken back; never two at once."""

from datetime import date, time

import pytest

from osler.clinic.scheduling.calendars.availability import next_free_slots
from osler.clinic.scheduling.calendars.hours import (
    Span,
    add_hours,
    amend_schedule,
    end_hours,
    open_schedule,
    restore_hours,
    take_back_hours,
)
from osler.clinic.scheduling.calendars.plan_history import plan_history
from osler.clinic.scheduling.errors import HoursEmpty, HoursOverlap, ValidityEmpty
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.directory.models import Practitioner
from osler.kernel.errors import Denied, Missing, StaleVersion

MORNING, AFTERNOON = Span(time(9), time(12)), Span(time(13), time(17))
FIRST = date(2027, 3, 1)


@pytest.fixture
def kern(act, adam) -> Practitioner:
    """Somebody new who has no hours yet."""
    with act(adam):
        return Practitioner.objects.create(prefix="Dr.", given="Ida", family="Kern")


@pytest.fixture
def schedule(act, adam, kern, site) -> Schedule:
    with act(adam):
        return open_schedule(kern, location=site, actor=adam)


def clocks(kern, limit=3):
    return [f"{slot.local_start:%a %H:%M}" for slot in next_free_slots([kern], limit=limit)]


def state():
    rows = WeeklyHours.objects.order_by("id").values_list("id", "version", "active", "valid_period")
    return list(rows)


def test_hours_make_free_time_and_their_end_ends_it(act, adam, kern, schedule):
    with act(adam):
        assert clocks(kern) == []
        monday, friday = add_hours(schedule, weekdays=[4, 0], span=MORNING, first_day=FIRST, actor=adam)
        assert clocks(kern, limit=10) == [
            *(f"Mon {hour:02d}:{minute:02d}" for hour in (9, 10, 11) for minute in (0, 20, 40)),
            "Fri 09:00",
        ]
        end_hours(friday, last_day=date(2027, 3, 1), version=1, actor=adam)
        assert [one.partition(" ")[0] for one in clocks(kern, limit=10)] == ["Mon"] * 10
        end_hours(friday, last_day=None, version=2, actor=adam)
        assert clocks(kern, limit=10)[9] == "Fri 09:00"
        assert (monday.first_day, monday.last_day) == (FIRST, None)


def test_hours_of_two_seasons_follow_each_other(act, adam, kern, schedule):
    with act(adam):
        add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, last_day=FIRST, actor=adam)
        add_hours(schedule, weekdays=[0], span=AFTERNOON, first_day=date(2027, 3, 2), actor=adam)
        assert clocks(kern, limit=10)[8:] == ["Mon 11:40", "Mon 13:00"]


@pytest.mark.parametrize(
    ("weekdays", "span", "first_day"),
    [
        ([0], MORNING, FIRST),
        ([1, 0], Span(time(11, 59), time(13)), FIRST),
        ([0], Span(time(8), time(18)), date(2029, 1, 1)),
        ([0], Span(time(10), time(11)), date(2020, 1, 1)),
    ],
)
def test_hours_that_overlap_are_refused_and_nothing_is_noted(act, adam, schedule, weekdays, span, first_day):
    with act(adam):
        add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        before = state()
        with pytest.raises(HoursOverlap):
            add_hours(schedule, weekdays=weekdays, span=span, first_day=first_day, actor=adam)
        assert state() == before


def test_the_same_hours_at_another_site_or_touching_are_no_overlap(act, adam, kern, schedule, site):
    with act(adam):
        add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        noon = Span(time(12), time(13))
        add_hours(schedule, weekdays=[0], span=noon, first_day=FIRST, actor=adam)
        add_hours(schedule, weekdays=[1], span=MORNING, first_day=FIRST, actor=adam)
        assert len(state()) == 3


@pytest.mark.parametrize(
    ("span", "last_day", "refusal"),
    [
        (Span(time(9), time(9)), None, HoursEmpty),
        (Span(time(22), time(6)), None, HoursEmpty),
        (MORNING, date(2027, 2, 28), ValidityEmpty),
    ],
)
def test_hours_that_cannot_be_are_refused(act, adam, schedule, span, last_day, refusal):
    with act(adam):
        with pytest.raises(refusal):
            add_hours(schedule, weekdays=[0], span=span, first_day=FIRST, last_day=last_day, actor=adam)
        assert state() == []


def test_what_was_taken_back_counts_no_more_until_it_is_restored(act, adam, kern, schedule):
    with act(adam):
        (hours,) = add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        take_back_hours(hours, version=1, actor=adam)
        assert clocks(kern) == []
        restore_hours(hours, version=2, actor=adam)
        assert clocks(kern) == ["Mon 09:00", "Mon 09:20", "Mon 09:40"]
        take_back_hours(hours, version=3, actor=adam)
        add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        before = state()
        with pytest.raises(HoursOverlap):
            restore_hours(hours, version=4, actor=adam)
        assert state() == before


def test_a_second_schedule_for_a_site_is_the_first_one_amended(act, adam, kern, schedule, site):
    with act(adam):
        again = open_schedule(kern, location=site, slot_minutes=30, actor=adam)
        assert (again.id, again.slot_minutes, Schedule.objects.count()) == (schedule.id, 30, 1)
        add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        assert clocks(kern) == ["Mon 09:00", "Mon 09:30", "Mon 10:00"]
        amend_schedule(again, room=None, slot_minutes=30, active=False, version=2, actor=adam)
        assert clocks(kern) == []


def test_who_saw_another_version_changes_nothing(act, adam, schedule):
    with act(adam):
        (hours,) = add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
        before = state()
        for deed in (
            lambda: end_hours(hours, last_day=None, version=7, actor=adam),
            lambda: take_back_hours(hours, version=7, actor=adam),
            lambda: amend_schedule(schedule, room=None, slot_minutes=10, version=7, actor=adam),
        ):
            with pytest.raises(StaleVersion):
                deed()
        assert state() == before


def test_only_administrators_plan(act, adam, bob, alice, petra, kern, schedule, site):
    with act(adam):
        (hours,) = add_hours(schedule, weekdays=[0], span=MORNING, first_day=FIRST, actor=adam)
    for other in (bob, alice, petra):
        with act(other):
            before = state()
            for deed in (
                lambda other=other: open_schedule(kern, location=site, actor=other),
                lambda other=other: add_hours(
                    schedule, weekdays=[1], span=MORNING, first_day=FIRST, actor=other
                ),
                lambda other=other: end_hours(hours, last_day=None, version=1, actor=other),
                lambda other=other: take_back_hours(hours, version=1, actor=other),
            ):
                with pytest.raises((Denied, Missing)):
                    deed()
            assert state() == before


def test_the_history_tells_who_did_what(act, adam, kern, schedule, site):
    with act(adam):
        (hours,) = add_hours(schedule, weekdays=[2], span=MORNING, first_day=FIRST, actor=adam)
        end_hours(hours, last_day=date(2027, 3, 31), version=1, actor=adam)
        take_back_hours(hours, version=2, actor=adam)
        restore_hours(hours, version=3, actor=adam)
        told = plan_history(kern, actor=adam)

    assert {(entry.who, entry.role) for entry in told} == {("Adam Gray", "administrator")}
    assert [(entry.thing, entry.is_first, entry.is_taken_back, entry.is_restored) for entry in told] == [
        ("weeklyhours", False, False, True),
        ("weeklyhours", False, True, False),
        ("weeklyhours", False, False, False),
        ("weeklyhours", True, False, False),
        ("schedule", True, False, False),
    ]
    assert [entry.validity[1] for entry in told[:4]] == [date(2027, 4, 1)] * 3 + [None]
    assert (told[3].weekday, told[3].clocks, told[3].site) == (2, (time(9), time(12)), "Main Street")
