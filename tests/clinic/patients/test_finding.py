"""find_patients: one box."""

from datetime import date

import pytest

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.registration import add_identifier
from osler.kernel.errors import Denied, Invalid

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(enrolled):
    enrolled(given="Zed", family="Young", birth_date=date(1990, 1, 2), phone="9175550000")
    return enrolled()


@pytest.mark.parametrize(
    "query",
    [
        "okafor",
        "OKA",
        "ada okafor",
        "Okafor, Ada",
        "oka ad",
        "14-Jul-1945",
        "7/14/45",
        "1945-07-14",
        "14.7.1945",
        "okafor 14-Jul-1945",
        "okafor 1945",
        "(212) 555-0142",
        "2125550142",
        "5550142",
        "okafour",
        "adda okafohr",
    ],
)
def test_ada_is_found_and_nobody_else(act, bob, ada, query):
    with act(bob):
        assert [one.id for one in find_patients(query, actor=bob)] == [ada.id]


def test_a_patient_is_found_by_mrn_and_by_other_numbers(act, bob, ada):
    with act(bob):
        add_identifier(ada, identifier=Identifier("urn:license", "D123-4567"), actor=bob)

        assert [one.id for one in find_patients(ada.mrn, actor=bob)] == [ada.id]
        assert [one.id for one in find_patients("d123-4567", actor=bob)] == [ada.id]


def test_a_name_with_an_apostrophe_is_found_without_it(act, bob, enrolled):
    patient = enrolled(given="Sinéad", family="O’Brien")
    with act(bob):
        for query in ("obrien", "o'brien", "Sinead O Brien", "brien"):
            assert [one.id for one in find_patients(query, actor=bob)] == [patient.id], query


def test_a_nickname_finds_the_name_and_says_that_it_is_only_similar(act, bob, enrolled):
    patient = enrolled(given="William", family="Smith")
    with act(bob):
        found = find_patients("bill smith", actor=bob)

    assert [one.id for one in found] == [patient.id]
    assert found.similar == {patient.id}


@pytest.mark.parametrize("query", ["", "  ", "nobody at all", "12/31/1999", "%", "q_z", "' OR 1=1"])
def test_nobody_is_found(act, bob, ada, query):
    with act(bob):
        assert len(find_patients(query, actor=bob)) == 0


def test_pages_follow_one_another_without_gap_or_repeat(act, bob, enrolled):
    expected = {enrolled(given=f"Ada{letter}", phone="").id for letter in "abcdefg"}
    with act(bob):
        seen, after = [], ""
        while True:
            page = find_patients("okafor", actor=bob, limit=3, after=after)
            seen += [one.id for one in page]
            after = page.after
            if not after:
                break

    assert len(seen) == 7
    assert set(seen) == expected


@pytest.mark.parametrize("after", ["x", "[]", '["9","a","b"]', '["1","a","not-a-key"]', "[1,2,3]"])
def test_a_mistyped_place_is_refused(act, bob, ada, after):
    with act(bob), pytest.raises(Invalid):
        find_patients("okafor", actor=bob, after=after)


def test_strangers_and_patients_find_nobody_here(act, charlie, dana, ada):
    with act(charlie):
        assert len(find_patients("okafor", actor=charlie)) == 0
    with act(dana), pytest.raises(Denied):
        find_patients("okafor", actor=dana)


PEOPLE = {
    "ada": {
        "given": "Ada María",
        "family": "Okafor-Núñez",
        "birth_date": date(1945, 7, 4),
        "phone": "(212) 555-0142",
    },
    "bill": {
        "given": "William",
        "family": "O’Brien",
        "birth_date": date(1962, 11, 23),
        "phone": "413-555-0199",
    },
    "kate": {
        "given": "Katherine",
        "family": "Müller",
        "birth_date": date(1990, 2, 9),
        "phone": "917 555 0103",
    },
    "zed": {"given": "Zed", "family": "Young", "birth_date": date(1990, 1, 2), "phone": "9175550000"},
}
TYPED = {
    "ada": [
        "ada okafor",
        "Okafor Nunez, Ada",
        "nuñez",
        "maria okafor",
        "oka mar",
        "OKAFOR 1945",
        "4 Jul 1945",
        "7/4/45",
        "4/7/1945",
        "okafor 4.7.45",
        "okafor 1945-04-07",
        "okafor 5 Jul 1945",
        "+1 212 555 0142",
        "555-0142",
        "(212) 555-0143",
        "212 555 1042",
        "okafro ada",
        "ada okofar",
        "ada pkafor",
        "eda okafor",
        "ada okafor munez",
    ],
    "bill": [
        "bill obrien",
        "willy o'brien",
        "O Brien William",
        "obrein william",
        "wiliam obrien",
        "brien 23-nov-62",
    ],
    "kate": [
        "kate muller",
        "kathy müller",
        "catherine muller",
        "mueller katherine",
        "katherine miller",
        "muler kat",
    ],
}


@pytest.mark.parametrize(
    ("who", "query"), [(who, query) for who, queries in TYPED.items() for query in queries]
)
def test_whoever_is_meant_is_found(act, bob, enrolled, who, query):
    known = {name: enrolled(**fields) for name, fields in PEOPLE.items()}
    with act(bob):
        assert [one.id for one in find_patients(query, actor=bob)] == [known[who].id]
