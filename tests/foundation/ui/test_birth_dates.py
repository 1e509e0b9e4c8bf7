"""Birth dates as far as they are known: by day, month, year or age."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from osler.foundation.ui.birth_dates import BirthDateField, parse_birth_date
from osler.foundation.ui.dates import Around, age_text, born_text, clinic_date, plain_date

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("14-Jul-1945", date(1945, 7, 14)),
        ("7/14/45", date(1945, 7, 14)),
        ("1945", Around(1945, 1, 1)),
        ("Jul 1945", Around(1945, 7, 1)),
        ("julio 1945", Around(1945, 7, 1)),
        ("81 y", Around(1945, 1, 1)),
        ("81 years old", Around(1945, 1, 1)),
        ("about 81", Around(1945, 1, 1)),
        ("~81", Around(1945, 1, 1)),
        ("Age 81", Around(1945, 1, 1)),
        ("unos 81 años", Around(1945, 1, 1)),
        ("edad 81", Around(1945, 1, 1)),
        ("8 months", Around(2026, 3, 1)),
        ("3 wk", Around(2026, 11, 1)),
        ("0 d", Around(2026, 11, 1)),
        ("about 14-Jul-1945", Around(1945, 7, 14)),
        ("about 1945", Around(1945, 1, 1)),
        ("hacia 1945", Around(1945, 1, 1)),
        ("about Jul-1945", Around(1945, 7, 1)),
    ],
)
def test_what_is_typed_is_read_as_exactly_as_it_was_meant(typed, meant):
    found = parse_birth_date(typed, today=TODAY)

    assert (type(found), found) == (type(meant), meant)


@pytest.mark.parametrize("typed", ["81", "131 y", "999 y", "5 lightyears", "about", "Foo 1945", "~", "y"])
def test_what_is_no_birth_date_is_refused(typed):
    assert parse_birth_date(typed, today=TODAY) is None
    with pytest.raises(ValidationError, match="a year, or an age"):
        BirthDateField().clean(typed)


@pytest.mark.parametrize("typed", ["2027", "Dec 2026", "about 01-Jan-2030"])
def test_nobody_is_born_in_the_future(typed, time_machine):
    time_machine.move_to(TODAY)
    with pytest.raises(ValidationError, match="not in the future"):
        BirthDateField().clean(typed)


@pytest.mark.parametrize("day", [Around(1945, 1, 1), Around(1945, 7, 1), Around(1945, 7, 14)])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_shown_is_read_as_the_same(day, language):
    with translation.override(language):
        again = parse_birth_date(clinic_date(day), today=TODAY)

    assert (type(again), again) == (Around, day)


def test_a_guess_is_told_as_one_wherever_it_is_told():
    day = Around(1945, 1, 1)

    assert clinic_date(day) == plain_date(day) == "about 1945"
    assert age_text(day, at=TODAY) == "about 81 y"
    assert born_text(day, at=TODAY) == "about 1945 (about 81 y)"
    assert clinic_date(Around(2026, 3, 1)) == "about Mar-2026"
