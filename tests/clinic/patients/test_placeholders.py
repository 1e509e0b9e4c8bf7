"""What stands for "not known"."""

from datetime import date

import pytest

from osler.clinic.patients.placeholders import (
    nobodys_numbers,
    real_birth_date,
    real_email,
    real_line,
    real_names,
    real_number,
    real_phone,
    real_postal_code,
    real_words,
)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Ada María", ["ada", "maria"]),
        ("Baby Boy", []),
        ("UNKNOWN", []),
        ("X", []),
        ("N/A", []),
        ("Anonymous", []),
        ("Not known", []),
        ("John", ["john"]),
        ("Babygirl Ada", ["ada"]),
        ("", []),
    ],
)
def test_names_that_name_somebody(name, words):
    assert real_words(name) == words


@pytest.mark.parametrize(
    ("given", "family", "words"),
    [
        ("John", "Smith", (["john"], ["smith"])),
        ("John", "Doe", ([], [])),
        ("Jane", "Roe", ([], [])),
        ("", "Doe", ([], [])),
        ("Mark", "Doe", (["mark"], ["doe"])),
    ],
)
def test_john_names_somebody_unless_he_is_doe(given, family, words):
    assert real_names(given, family) == words


@pytest.mark.parametrize(
    ("email", "plain"),
    [
        ("Ada@Home.test", "ada@home.test"),
        ("none@none.com", ""),
        ("no.email@x.test", ""),
        ("ada", ""),
        ("", ""),
    ],
)
def test_addresses_that_reach_somebody(email, plain):
    assert real_email(email) == plain


@pytest.mark.parametrize(
    ("line", "folded"),
    [
        ("12 Elm St.", "12 elm st"),
        ("General Delivery", ""),
        ("N/A", ""),
        ("PO Box", ""),
        ("PO Box 7", "po box 7"),
    ],
)
def test_streets_that_somebody_lives_in(line, folded):
    assert real_line(line) == folded


@pytest.mark.parametrize(
    ("code", "plain"), [("10001-1234", "10001"), ("00000", ""), ("SW1A 1AA", "sw1a1"), ("", "")]
)
def test_postal_codes(code, plain):
    assert real_postal_code(code) == plain


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


def test_the_numbers_of_nobody_are_those_that_no_number_is():
    assert {one for one in nobodys_numbers() if real_number(one)} == set()
    assert {"000000000", "123456789", "unknown"} <= nobodys_numbers()
