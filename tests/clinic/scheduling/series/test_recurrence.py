"""On which days a visit is repeated, and that the clock on the wall reads the same on all of them."""

import random
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import SeriesTooLong, SeriesTooShort
from osler.clinic.scheduling.series.preview import wish_for
from osler.clinic.scheduling.series.recurrence import LAST, Recurrence, nth_of
from osler.clinic.scheduling.wall_time import instant_of, readings
from osler.kernel.keys import uuid7
from tests.environment import RUN

TUESDAY = date(2027, 3, 2)
ZONES = ("America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Santiago")


def days(count=None, until=None, **rule):
    return [
        f"{day:%m-%d}" for day in Recurrence(**{"first_on": TUESDAY, **rule}).days(count=count, last_on=until)
    ]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"kind": "daily", "interval": 1}, ["03-02", "03-03", "03-04"]),
        ({"kind": "daily", "interval": 10}, ["03-02", "03-12", "03-22"]),
        ({"kind": "weekly", "interval": 1, "weekdays": frozenset({1})}, ["03-02", "03-09", "03-16"]),
        ({"kind": "weekly", "interval": 2, "weekdays": frozenset({1, 3})}, ["03-02", "03-04", "03-16"]),
        ({"kind": "weekly", "interval": 1, "weekdays": frozenset({0, 1})}, ["03-02", "03-08", "03-09"]),
        ({"kind": "monthly", "interval": 1, "day_of_month": 2}, ["03-02", "04-02", "05-02"]),
        ({"kind": "monthly", "interval": 1, "day_of_month": 31}, ["03-31", "05-31", "07-31"]),
        (
            {"kind": "monthly", "interval": 1, "nth_week": 1, "weekdays": frozenset({1})},
            ["03-02", "04-06", "05-04"],
        ),
        (
            {"kind": "monthly", "interval": 2, "nth_week": LAST, "weekdays": frozenset({4})},
            ["03-26", "05-28", "07-30"],
        ),
    ],
    ids=lambda value: value["kind"] if isinstance(value, dict) else "",
)
def test_the_days_of_a_rule(rule, expected):
    assert days(count=3, **rule) == expected


def test_until_a_last_day_that_counts():
    assert days(until=date(2027, 3, 16), kind="weekly", interval=1, weekdays=frozenset({1})) == [
        "03-02",
        "03-09",
        "03-16",
    ]


@pytest.mark.parametrize(
    ("end", "refusal"),
    [
        ({"count": 61}, SeriesTooLong),
        ({"count": None}, SeriesTooLong),
        ({"last_on": date(2027, 5, 1)}, SeriesTooLong),
        ({"last_on": date(2028, 4, 1)}, SeriesTooLong),
        ({"count": 1}, SeriesTooShort),
        ({"last_on": TUESDAY}, SeriesTooShort),
    ],
)
def test_a_series_has_two_visits_and_ends_within_sixty_and_a_year(end, refusal):
    with pytest.raises(refusal):
        Recurrence("daily", 1, TUESDAY).days(**end)


def test_monthly_visits_end_within_a_year():
    rule = Recurrence("monthly", 1, TUESDAY, day_of_month=2)

    assert len(rule.days(count=13)) == 13
    with pytest.raises(SeriesTooLong):
        rule.days(count=14)


@pytest.mark.parametrize(
    ("rule", "to", "expected"),
    [
        (Recurrence("weekly", 1, TUESDAY, frozenset({1, 6})), date(2027, 3, 4), {3, 1}),
        (Recurrence("monthly", 1, TUESDAY, frozenset({1}), nth_week=1), date(2027, 3, 11), {3}),
    ],
)
def test_a_move_takes_the_weekdays_of_the_rule_along(rule, to, expected):
    assert rule.moved(TUESDAY, to).weekdays == expected


def test_a_move_within_the_month_keeps_the_nth_weekday_of_each():
    rule = Recurrence("monthly", 1, date(2027, 3, 9), frozenset({1}), nth_week=2)
    to = date(2027, 3, 11)  # from the second Tuesday to the second Thursday

    moved = [rule.moved_day(day, date(2027, 3, 9), to) for day in rule.days(count=4)]

    assert [nth_of(day) for day in moved] == [2] * 4
    assert [day.weekday() for day in moved] == [3] * 4
    assert moved == rule.moved(date(2027, 3, 9), to).days(count=4)


def test_the_wall_time_is_kept_through_every_clock_change():
    dice = random.Random(RUN)
    for case in range(400):
        zone = dice.choice(ZONES)
        first = date(2027, 1, 1) + timedelta(days=dice.randrange(365))
        at = time(dice.randrange(24), dice.choice((0, 20, 40)))
        rule = dice.choice(
            [
                Recurrence("daily", dice.randint(1, 9), first),
                Recurrence(
                    "weekly", dice.randint(1, 4), first, frozenset({dice.randrange(7), first.weekday()})
                ),
                Recurrence("monthly", 1, first, day_of_month=first.day),
                Recurrence("monthly", 1, first, frozenset({first.weekday()}), nth_week=nth_of(first)),
            ]
        )
        start = instant_of(first, time(12), zone=zone, fold=0)
        slot = Slot(uuid7(), None, start, start + timedelta(minutes=20), zone)
        for day in (
            rule.days(last_on=first + timedelta(days=50)) if rule.kind != "monthly" else rule.days(count=5)
        ):
            wish = wish_for(slot, day, at)
            local = wish.slot.start.astimezone(ZoneInfo(zone))
            is_shown = bool(readings(day, at, zone=zone))
            said = f"seed {RUN}, case {case}: {rule} at {at} in {zone} on {day}"
            assert wish.is_skipped is not is_shown, said
            assert not is_shown or (local.date(), local.time().replace(fold=0)) == (day, at), said
            assert wish.slot.end - wish.slot.start == timedelta(minutes=20), said
