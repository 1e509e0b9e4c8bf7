"""A slip in a date or a number, where nobody fits."""

from datetime import date

import pytest

from osler.clinic.patients.asked import read_query
from osler.clinic.patients.nearly import is_near, wider
from tests.clinic.patients.conftest import unsaved


@pytest.mark.parametrize(
    ("query", "near"),
    [
        ("okafor 15-Jul-1945", True),
        ("okafor 16-Aug-1946", False),
        ("smith 15-Jul-1945", False),
        ("(212) 555-0143", True),
        ("555-0124", True),
        ("(212) 555-0999", False),
        ("X100", False),
    ],
)
def test_what_is_nearly_ada(query, near):
    assert is_near(unsaved(), read_query(query)) is near


def test_nobody_without_birth_date_or_phone_is_near_one():
    ada = unsaved(birth_date=None, phone="")

    assert not is_near(ada, read_query("okafor 14-Jul-1945"))
    assert not is_near(ada, read_query("(212) 555-0142"))
    assert is_near(unsaved(birth_date=date(1945, 4, 7), phone=""), read_query("okafor 1945-07-04"))


def test_one_word_has_no_wider_ranges():
    assert wider(["okafor"]) == []
    assert len(wider(["ada", "okafor"])) == 4
