"""In which way each field of two patients agrees."""

from datetime import date

import pytest

from osler.clinic.patients.likeness import TEXTS, Traits, compare
from osler.clinic.patients.models import Patient

ADA = {
    "given": "Ada Maria",
    "family": "Okafor",
    "birth_date": date(1945, 7, 4),
    "gender": "female",
    "phone": "(212) 555-0142",
    "email": "ada@home.test",
    "line": "12 Elm Street, Apt. 3",
    "city": "Springfield",
    "postal_code": "10001",
}


def levels(one: dict[str, object], other: dict[str, object]) -> list[str]:
    return compare(Traits.of(Patient(**one)), Traits.of(Patient(**other)))


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, "given.same"),
        ({"given": "Ada-Maria"}, "given.same"),
        ({"given": "Maria"}, "given.common"),
        ({"given": "Adda"}, "given.close"),
        ({"given": "A."}, "given.initial"),
        ({"given": "Ad"}, "given.initial"),
        ({"given": "Zoe"}, "given.different"),
        ({"given": "Zoe", "name_used": "Ada"}, "given.common"),
        ({"family": "O'Kafor"}, "family.same"),
        ({"family": "Okafor-Bell"}, "family.common"),
        ({"family": "Okafour"}, "family.close"),
        ({"family": "Smith"}, "family.different"),
        ({"given": "Okafor", "family": "Ada Maria"}, "names.swapped"),
        ({"birth_date": date(1945, 4, 7)}, "birth_date.swapped"),
        ({"birth_date": date(1946, 7, 4)}, "birth_date.digit"),
        ({"birth_date": date(1972, 7, 4)}, "birth_date.part"),
        ({"birth_date": date(1972, 8, 15)}, "birth_date.different"),
        ({"gender": "male"}, "gender.different"),
        ({"phone": "555-0142"}, "phone.same"),
        ({"phone": "+1 212 555 0143"}, "phone.digit"),
        ({"phone": "917 555 7777"}, "phone.different"),
        ({"email": "ADA@home.test"}, "email.same"),
        ({"line": "12 elm street apt 3"}, "address.same"),
        ({"line": "12 Elm Street, Apt. 3", "city": "Salem", "postal_code": "20002"}, "address.close"),
        ({"line": "7 Oak Road"}, "address.place"),
        ({"line": "7 Oak Road", "city": "Salem", "postal_code": "20002"}, "address.different"),
    ],
)
def test_the_level_of_a_field(changes, level):
    assert level in levels(ADA, ADA | changes)
    assert level in levels(ADA | changes, ADA)
    assert set(levels(ADA, ADA | changes)) <= TEXTS.keys()


def test_a_suffix_differs_only_where_both_have_one():
    assert "suffix.different" in levels(ADA | {"suffix": "Sr"}, ADA | {"suffix": "Jr."})
    assert "suffix.different" not in levels(ADA | {"suffix": "Sr"}, ADA)


NOTHING = {
    "names": [
        {"given": "Baby Boy", "family": "Unknown"},
        {"given": "John", "family": "Doe"},
        {"given": "N/A"},
    ],
    "birth_date": [
        {"birth_date": date(1900, 1, 1)},
        {"birth_date": date(1945, 7, 4), "birth_date_estimated": True},
    ],
    "gender": [{"gender": "unknown"}],
    "phone": [{"phone": "999-999-9999"}, {"phone": "none"}, {"phone": "123-4567"}],
    "email": [{"email": "none@none.com"}, {"email": "no-reply@clinic.test"}, {"email": "unknown@home.test"}],
    "address": [
        {"line": "Homeless"},
        {"line": "General Delivery"},
        {"postal_code": "00000"},
        {"line": "N/A"},
    ],
    "all": [{}],
}


@pytest.mark.parametrize(
    "nothing", [pytest.param(one, id=f"{kind} {one}") for kind in NOTHING for one in NOTHING[kind]]
)
def test_what_stands_for_nothing_weighs_nothing(nothing):
    assert levels(nothing, nothing) == []
