"""The machine-readable zone: the specimens of ICAO 9303, and what cameras make of them."""

from datetime import date

import pytest

from osler.clinic.patients.documents.mrz import check_digit, zone_in

TODAY = date(2026, 11, 30)
PASSPORT = ["P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", "L898902C36UTO7408122F1204159ZE184226B<<<<<10"]
CARD = ["I<UTOD231458907<<<<<<<<<<<<<<<", "7408122F1204159UTO<<<<<<<<<<<6", "ERIKSSON<<ANNA<MARIA<<<<<<<<<<"]


@pytest.mark.parametrize(
    ("text", "digit"),
    [("520727", "3"), ("L898902C3", "6"), ("740812", "2"), ("120415", "9"), ("ZE184226B<<<<<", "1")],
)
def test_check_digits_are_those_of_the_standard(text: str, digit: str) -> None:
    assert check_digit(text) == digit


@pytest.mark.parametrize(
    ("lines", "kind", "number"), [(PASSPORT, "P", "L898902C3"), (CARD, "I", "D23145890")]
)
def test_the_specimens_are_read_whole(lines: list[str], kind: str, number: str) -> None:
    zone = zone_in(["UTOPIA", "some words", *lines], today=TODAY)

    assert zone is not None
    assert (zone.kind, zone.family, zone.given, zone.number) == (kind, "Eriksson", "Anna Maria", number)
    assert (zone.birth_date, zone.gender, zone.country) == (date(1974, 8, 12), "female", "UTO")
    assert zone.expires_on == date(2012, 4, 15)
    assert zone.checked == {"number", "birth_date", "expires_on"}


@pytest.mark.parametrize(
    ("first", "second", "number", "checked"),
    [
        (PASSPORT[0][:26], PASSPORT[1][:30], "L898902C3", {"number", "birth_date", "expires_on"}),
        ("P<UTO ERIKSSON << ANNA <MARIA<", PASSPORT[1], "L898902C3", {"number", "birth_date", "expires_on"}),
        (
            "P<UT0ERIKSSON<<ANNA<MARIA<<<",
            "L8989O2C36UTO74O8l22F1204159ZE184226B",
            "L898902C3",
            {"birth_date", "expires_on"},
        ),
    ],
    ids=["fillers lost", "spaces", "letters for digits"],
)
def test_what_a_camera_misreads_is_mended_or_called_unsure(first, second, number, checked) -> None:
    zone = zone_in([first, second.upper()], today=TODAY)

    assert zone is not None
    assert (zone.family, zone.given, zone.number) == ("Eriksson", "Anna Maria", number)
    assert (zone.birth_date, zone.checked) == (date(1974, 8, 12), checked)


def test_a_wrong_digit_is_never_called_sure() -> None:
    second = PASSPORT[1].replace("740812", "740813")
    zone = zone_in([PASSPORT[0], second], today=TODAY)

    assert zone is not None
    assert zone.checked == {"number", "expires_on"}


@pytest.mark.parametrize(
    "lines",
    [[], ["P<UTOERIKSSON"], [PASSPORT[1]], ["MEMBER ID XYZ123456789", "GROUP 0098765"], ["<" * 44] * 2],
)
def test_what_is_no_zone_is_none(lines: list[str]) -> None:
    assert zone_in(lines, today=TODAY) is None
