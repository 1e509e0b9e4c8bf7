"""Who may be meant, and what it costs to ask."""

from datetime import date

import pytest
from django.db import connection

from osler.clinic.patients.candidates import Person, address_keys, candidates
from osler.clinic.patients.models import SearchToken
from osler.kernel.errors import Denied
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("line", "code", "keys"),
    [
        ("12 Elm Street", "10001-1234", ["10001 elm", "12 elm"]),
        ("N. 12th Avenue 7b", "SW1A 1AA", ["sw1a1 aven"]),
        ("5 W Main St, Apt. 3", "", ["5 main"]),
        ("PO Box 77", "12000", ["12000 box", "77 box"]),
        ("12", "10001", []),
        ("", "10001", []),
    ],
)
def test_the_keys_of_an_address_are_those_that_the_database_keeps(act, bob, enrolled, line, code, keys):
    patient = enrolled(line=line, postal_code=code)
    with act(bob):
        kept = SearchToken.objects.filter(patient_id=patient.id, kind="a").order_by("token")

        assert [one.token for one in kept] == keys == sorted(address_keys(line, code))


def test_each_of_many_finds_his_own_in_one_statement(act, bob, enrolled, django_assert_num_queries):
    ada = enrolled()
    zed = enrolled(given="Zed", family="Young", birth_date=date(1990, 1, 2), phone="9175550000")
    people = [
        Person(unsaved(phone="")),
        Person(unsaved(given="Zedd", family="Young", birth_date=None, phone="")),
        Person(unsaved(given="", family="", birth_date=None, phone="")),
    ]
    with act(bob), django_assert_num_queries(1):
        assert candidates(people, actor=bob) == [{ada.id}, {zed.id}, set()]


def test_nobody_is_a_candidate_for_himself(act, bob, enrolled):
    ada = enrolled()
    with act(bob):
        assert candidates([Person(ada)], actor=bob) == [set()]


def test_who_may_not_look_is_refused(act, dana):
    with act(dana), pytest.raises(Denied):
        candidates([Person(unsaved())], actor=dana)


def test_a_crowd_of_one_name_hides_nobody_of_the_same_birth_date(act, bob, enrolled):
    with act(bob), connection.cursor() as cursor:
        for day in range(1, 29):
            for month in range(1, 5):
                enrolled(birth_date=date(1990, month, day), phone="")
        cursor.execute("SELECT count(*) FROM patients_searchtoken WHERE kind = 'w' AND token = 'ada okafor'")
        assert cursor.fetchone() == (112,)
    wanted = enrolled()
    with act(bob):
        assert wanted.id in candidates([Person(unsaved(phone=""))], actor=bob)[0]
