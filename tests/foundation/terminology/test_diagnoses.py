"""Diagnoses are found by the words that people use."""

import pytest
from django.db import connection

from osler.foundation.terminology.diagnoses import find_diagnosis, search_diagnoses
from osler.kernel.coding import ICD10CM, Coding

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("sugar", "E11.9"),
        ("heart attack", "I21.9"),
        ("high blood pressure", "I10"),
        ("kidney stones", "N20.0"),
        ("ear ache", "H92.09"),
        ("pink eye", "H10.9"),
        ("low back pain", "M54.50"),
        ("type 2 diabetes", "E11.9"),
        ("flu", "J11.1"),
        ("E11.9", "E11.9"),
        ("e119", "E11.9"),
        ("diabtes sugar", "E11.9"),
    ],
)
def test_lay_words_codes_and_slips_find_the_diagnosis(asked: str, first: str) -> None:
    assert search_diagnoses(asked)[0].code == first


def test_words_may_come_in_any_order_and_unfinished() -> None:
    found = search_diagnoses("radius fract clos", limit=5)
    assert found
    assert all({"radius", "fracture"} <= set(one.display.lower().replace(",", "").split()) for one in found)


def test_a_code_is_found_with_and_without_its_dot() -> None:
    assert find_diagnosis("E119") == Coding(
        ICD10CM, "E11.9", "Type 2 diabetes mellitus without complications"
    )
    assert find_diagnosis("nothing") is None
    assert find_diagnosis("") is None


@pytest.mark.parametrize("hostile", ["'", "a'b", "& | !", ":*", "\x00", "%", "x" * 5000, "((", "ß"])
def test_any_text_is_only_text(hostile: str) -> None:
    assert isinstance(search_diagnoses(hostile), list)


def test_the_search_reads_by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN SELECT code FROM terminology_diagnosis"
            " WHERE words @@ to_tsquery('simple', '''kidney'':*')"
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "diagnosis_by_words" in plan
    assert "Seq Scan" not in plan
