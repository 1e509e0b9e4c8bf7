"""What stands for "not known"."""

from datetime import date

import pytest

from osler.clinic.patients.placeholders import (
    real_birth_date,
    real_number,
    real_phone,
    real_words,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ada María", ["ada", "maria"]),
        ("Baby Boy", []),
        ("UNKNOWN", []),
        ("X", []),
        ("N/A", ["n", "a"]),
        ("John", ["john"]),
        ("Babygirl Ada", ["ada"]),
        ("", []),
    ],
)
def test_names_that_name_somebody(name, words):
    assert real_words(name) == words


@pytest.mark.parametrize(
    ("phone", "digits"),
    [
        ("+1 (212) 555-0142", "2125550142"),
        ("555-0142", "5550142"),
        ("999-999-9999", ""),
        ("123-4567", ""),
        ("none", ""),
        ("12345", ""),
    ],
)
def test_phones_that_ring(phone, digits):
    assert real_phone(phone) == digits


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        ("D-123 4567", "d1234567"),
        ("none", ""),
        ("000-00-0000", ""),
        ("123-45-6789", ""),
        ("n/a", ""),
    ],
)
def test_numbers_that_were_given_to_somebody(number, plain):
    assert real_number(number) == plain


def test_birth_dates_that_somebody_knew():
    assert real_birth_date(date(1945, 7, 14)) == date(1945, 7, 14)
    assert real_birth_date(date(1945, 7, 14), is_estimated=True) is None
    assert real_birth_date(date(1900, 1, 1)) is None
    assert real_birth_date(None) is None
