"""Search in short lists: any order, words begun, accents left out, mistyped."""

import pytest

from osler.foundation.terminology.laboratory import search_tests
from osler.foundation.terminology.words import best_matches, folded, telling_words, typo_allowance

ENTRIES = (
    ("Potassium", "K", "electrolytes"),
    ("Basic metabolic panel", "kidney function", "electrolytes"),
    ("Urine culture", "bladder"),
    ("Crohn's disease", "ileítis"),
)


def found(query: str, limit: int = 5) -> list[str]:
    return [entry[0] for entry in best_matches(query, ENTRIES, texts=lambda entry: entry, limit=limit)]


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("potassium", "Potassium"),
        ("potas", "Potassium"),
        ("potasium", "Potassium"),
        ("panel metabolic", "Basic metabolic panel"),
        ("function of the kidney", "Basic metabolic panel"),
        ("ILEITIS", "Crohn's disease"),
        ("crohns", "Crohn's disease"),
        ("cultrue urine", "Urine culture"),
    ],
)
def test_what_is_meant_comes_first(query, first):
    assert found(query)[0] == first


@pytest.mark.parametrize("query", ["", "  ", "xyzzy", "potassium culture", "!?"])
def test_nothing_is_found_for_what_is_not_there(query):
    assert found(query) == []


def test_mistyped_words_are_looked_for_only_where_none_stands_as_typed():
    drugs = [("Penicillin V",), ("Olmesartan", "Benicar"), ("Penicillamine",)]

    def named(query: str) -> list[str]:
        return [drug[0] for drug in best_matches(query, drugs, texts=lambda drug: drug, limit=5)]

    assert named("penic") == ["Penicillamine", "Penicillin V"]
    assert named("bennicar") == ["Olmesartan"]


def test_a_list_is_no_longer_than_asked_for():
    assert len(found("electrolytes")) == 2
    assert len(found("electrolytes", limit=1)) == 1


def test_small_words_count_only_when_there_are_no_others():
    assert telling_words("pain in the knee") == ["pain", "knee"]
    assert telling_words("of the") == ["of", "the"]


def test_short_words_hold_no_typos():
    assert [typo_allowance(word) for word in ("abc", "abcd", "abcdefgh")] == [0, 1, 2]
    assert folded("Ménière’s") == "menieres"


@pytest.mark.parametrize(
    ("query", "code"), [("a1c", "4548-4"), ("kidney panel", "24362-6"), ("4548-4", "4548-4")]
)
def test_tests_are_found_by_everyday_words(query, code):
    assert search_tests(query)[0].code == code
