"""What is meant by what is typed."""

from datetime import date

import pytest

from osler.clinic.patients.asked import Asked, Number, read_query

JULY_14 = frozenset({date(1945, 7, 14)})


@pytest.mark.parametrize(
    ("query", "asked"),
    [
        ("Okafor, Ada", Asked(words=["okafor", "ada"])),
        ("O'Brien", Asked(words=["obrien"])),
        ("García-López José", Asked(words=["garcia", "lopez", "jose"])),
        ("14-Jul-1945", Asked(birth_dates=[JULY_14])),
        ("7/14/45", Asked(birth_dates=[JULY_14])),
        ("1945-07-14", Asked(birth_dates=[JULY_14])),
        ("14.7.1945", Asked(birth_dates=[JULY_14])),
        ("July 14, 1945", Asked(birth_dates=[JULY_14])),
        ("14 de julio de 1945", Asked(birth_dates=[JULY_14])),
        ("7/4/45", Asked(birth_dates=[frozenset({date(1945, 7, 4), date(1945, 4, 7)})])),
        ("ada 14-Jul-1945", Asked(words=["ada"], birth_dates=[JULY_14])),
        ("(212) 555-0142", Asked(numbers=[Number("(212) 555-0142", "2125550142")])),
        ("1000016", Asked(numbers=[Number("1000016", "1000016")])),
        ("D123-4567", Asked(numbers=[Number("d123-4567")])),
        ("okafor 1945", Asked(words=["okafor"], birth_years=[1945])),
        ("may lopez", Asked(words=["may", "lopez"])),
        ("   ", Asked()),
    ],
)
def test_a_query_is_taken_apart(query, asked):
    assert read_query(query) == asked


def test_a_date_that_never_was_is_no_date():
    assert read_query("31-Feb-1945").birth_dates == []


def test_a_very_long_query_is_cut():
    assert len(read_query("ada " * 500).words) == 6
