from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone, translation

from osler.foundation.ui import dates

BORN = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (date(2026, 1, 31), "0 days"),
        (date(2026, 2, 1), "1 day"),
        (date(2026, 2, 27), "27 days"),
        (date(2026, 2, 28), "4 wk"),
        (date(2026, 4, 29), "12 wk"),
        (date(2026, 4, 30), "3 mo"),
        (date(2028, 1, 30), "23 mo"),
        (date(2028, 1, 31), "2 y"),
        (date(2107, 1, 30), "80 y"),
        (date(2107, 1, 31), "81 y"),
        (date(2026, 1, 30), ""),
    ],
)
def test_age_is_told_as_it_matters(at: date, text: str) -> None:
    assert dates.age_text(BORN, at=at) == text


def test_age_of_the_dead_stands_still() -> None:
    assert dates.age_text(date(1945, 7, 14), at=date(2026, 7, 14), died_on=date(2020, 7, 13)) == "74 y"


def test_born_on_a_leap_day() -> None:
    assert dates.age_text(date(2024, 2, 29), at=date(2027, 2, 28)) == "3 y"


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (dates.clinic_date, "14-Jul-2026"),
        (dates.clinic_time, "22:05"),
        (dates.clinic_datetime, "14-Jul-2026 22:05"),
        (dates.clinic_day, "Tue 14-Jul"),
        (dates.plain_date, "Tuesday, July 14, 2026"),
        (dates.plain_time, "10:05 p.m."),
        (dates.plain_day, "Today"),
        (dates.plain_when, "Today, 10:05 p.m."),
        (dates.when, "22:05"),
    ],
)
def test_moments_are_written_in_the_zone_of_the_request(written: object, text: str) -> None:
    moment = datetime(2026, 7, 15, 2, 5, tzinfo=UTC)

    with timezone.override(ZoneInfo("America/New_York")), time_machine.travel(moment, tick=False):
        assert written(moment) == text  # type: ignore[operator]


@pytest.mark.parametrize(
    ("zone", "text"),
    [("", "Yesterday"), ("Asia/Tokyo", "Today"), ("America/New_York", "Today")],
)
def test_the_near_days_have_words_in_their_own_place(zone: str, text: str) -> None:
    moment = datetime(2026, 7, 14, 16, 5, tzinfo=UTC)

    with timezone.override(UTC), time_machine.travel(datetime(2026, 7, 15, 1, tzinfo=UTC), tick=False):
        assert dates.plain_day(moment, zone) == text
        assert dates.plain_day(date(2026, 7, 16)) == "Tomorrow"
        assert dates.plain_day(date(2026, 7, 17)) == "Friday, July 17, 2026"


def test_another_year_is_written_out() -> None:
    with time_machine.travel(datetime(2026, 7, 15, tzinfo=UTC), tick=False):
        assert dates.clinic_day(date(2027, 1, 4)) == "Mon 04-Jan-2027"


def test_older_moments_are_dates() -> None:
    with timezone.override(UTC), time_machine.travel(datetime(2026, 7, 15, 12, tzinfo=UTC), tick=False):
        assert dates.when(datetime(2026, 7, 14, 9, 5, tzinfo=UTC)) == "Yesterday 09:05"
        assert dates.when(datetime(2026, 7, 13, 9, 5, tzinfo=UTC)) == "13-Jul-2026"


def test_nothing_is_written_for_nothing() -> None:
    empty = [
        written(None)
        for written in (
            dates.clinic_date,
            dates.clinic_time,
            dates.clinic_datetime,
            dates.clinic_day,
            dates.plain_date,
            dates.plain_time,
            dates.when,
            dates.age_text,
        )
    ]

    assert empty == [""] * 8


def test_birth_date_with_age() -> None:
    assert dates.born_text(date(1945, 7, 14), at=date(2026, 11, 1)) == "14-Jul-1945 (81 y)"
    assert dates.born_text(None) == "Birth date not recorded"


def test_dates_are_never_numbers_alone_in_any_language() -> None:
    with translation.override("es"):
        assert dates.clinic_date(date(1945, 7, 4))[2:-5].strip("-").isalpha()
