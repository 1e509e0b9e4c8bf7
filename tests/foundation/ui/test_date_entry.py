from datetime import UTC, date, datetime

import pytest
import time_machine
from django import forms
from hypothesis import given
from hypothesis import strategies as st

from osler.foundation.ui.date_entry import LAST_YEAR, ClinicDateField, parse_date
from osler.foundation.ui.dates import clinic_date

TODAY = date(2026, 1, 31)
SUMMER = date(1945, 7, 14)
TYPED = {
    "14-Jul-1945": SUMMER,
    "14 jul 1945": SUMMER,
    "July 14, 1945": SUMMER,
    "14th of July 1945": SUMMER,
    "1945 Jul 14": SUMMER,
    "14 de julio de 1945": SUMMER,
    "1945-07-14": SUMMER,
    "7/14/1945": SUMMER,
    "7/14/45": SUMMER,
    "14/7/1945": SUMMER,
    "14.07.1945": SUMMER,
    "07141945": SUMMER,
    "19450714": SUMMER,
    "071445": SUMMER,
    "  7 - 14 - 45 ": SUMMER,
    "3/4/1945": date(1945, 3, 4),
    "today": TODAY,
    "T": TODAY,
    "hoy": TODAY,
    "tomorrow": date(2026, 2, 1),
    "ayer": date(2026, 1, 30),
    "+10": date(2026, 2, 10),
    "t+2w": date(2026, 2, 14),
    "+1m": date(2026, 2, 28),
    "-1y": date(2025, 1, 31),
    "31 June 1945": None,
    "2/30/2020": None,
    "13/13/2020": None,
    "Jul 1945": None,
    "14 Foo 1945": None,
    "1945": None,
    "12345": None,
    "+9999y": None,
    "14-Jul-945": None,
    "": None,
    "yesterday week": None,
}


@pytest.mark.parametrize(("typed", "meant"), TYPED.items())
def test_dates_are_read_as_people_type_them(typed: str, meant: date | None) -> None:
    assert parse_date(typed, today=TODAY, is_past=True) == meant


def test_two_digit_years_lie_near() -> None:
    assert parse_date("1/2/30", today=TODAY) == date(2030, 1, 2)
    assert parse_date("1/2/30", today=TODAY, is_past=True) == date(1930, 1, 2)
    assert parse_date("1/2/60", today=TODAY) == date(1960, 1, 2)


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(LAST_YEAR, 12, 31)))
def test_what_is_written_is_read_back(day: date) -> None:
    assert parse_date(clinic_date(day), today=TODAY) == day


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader(text: str) -> None:
    found = parse_date(text, today=TODAY)

    assert found is None or isinstance(found, date)


class BirthForm(forms.Form):
    birth_date = ClinicDateField(is_past=True)


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ("14 Jul 1945", []),
        ("nonsense", ["Enter a date such as 14-Jul-1945."]),
        ("tomorrow", ["Enter a date that is not in the future."]),
        ("", ["This field is required."]),
    ],
)
def test_the_field_refuses_what_cannot_be(typed: str, errors: list[str]) -> None:
    with time_machine.travel(datetime(2026, 1, 31, 12, tzinfo=UTC), tick=False):
        form = BirthForm({"birth_date": typed})

        assert form.errors.get("birth_date", []) == errors


def test_the_field_writes_dates_back_in_our_form() -> None:
    html = str(BirthForm(initial={"birth_date": SUMMER})["birth_date"])

    assert 'value="14-Jul-1945"' in html
    assert 'data-date="past"' in html


def test_what_was_typed_wrongly_is_kept() -> None:
    assert 'value="31 June 1945"' in str(BirthForm({"birth_date": "31 June 1945"})["birth_date"])
