"""Search tokens are exactly what a chart says: when it begins, alone or among many, and when it changes."""

from datetime import date
from uuid import UUID

import pytest
from django.db import connection

from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import Patient, PatientIdentifier, SearchToken
from osler.foundation.audit.writing import made, write
from tests.clinic.patients.conftest import unsaved

pytestmark = pytest.mark.django_db
Tokens = set[tuple[str, str]]
PEOPLE = [
    {"given": "Ada", "family": "O'Neil", "name_used": "Addie", "email": "Ada@Example.test"},
    {"given": "José Luis", "family": "Ñandú Ñandú", "line": "12 Elm Street", "postal_code": "10001-1234"},
    {"given": "", "family": "", "birth_date": None, "phone": "", "line": "PO Box 77"},
    {
        "given": "Mia",
        "family": "Sato",
        "former_names": ["Mia Lindqvist", "Mia Okafor-Sato"],
        "phone": "5550142",
    },
    {"given": "X" * 200, "family": "Y" * 200},
]


def tokens_of(patient: Patient) -> Tokens:
    rows = SearchToken.objects.filter(patient_id=patient.id)
    found = list(rows.values_list("kind", "token"))
    assert len(found) == len(set(found))
    return set(found)


def made_anew(*ids: UUID) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT patients_tokens_of(%s)", [list(ids)])


def test_a_new_chart_has_what_it_says_and_nothing_else(act, bob, enrolled):
    ada = enrolled(
        given="Ada", family="O'Neil", email="Ada@Home.test", line="12 Elm Street", postal_code="10001"
    )
    with act(bob):
        assert tokens_of(ada) == {
            *(("n", word) for word in ("ada", "o", "neil", "oneil")),
            *(("s", sound) for sound in ("AT", "A", "NL", "ANL")),
            *(("w", f"{one} {other}") for one in NAMES for other in NAMES if one != other),
            *(("t", pair) for pair in ("A AT", "A NL", "A ANL", "AT NL", "ANL AT", "ANL NL")),
            ("i", ada.mrn),
            *(("p", digits) for digits in ("2125550142", "5550142")),
            ("b", "19450714"),
            *(("a", key) for key in ("12 elm", "10001 elm")),
            ("e", "ada@home.test"),
        }


NAMES = ("ada", "o", "neil", "oneil")


def test_many_that_begin_together_have_what_each_alone_would_have(act, bob):
    with act(bob):
        people = write(made(Patient, **{**said, "birth_date": date(1945, 7, 14)}) for said in PEOPLE)
        together = [tokens_of(one) for one in people]
        made_anew(*(one.id for one in people))

        assert [tokens_of(one) for one in people] == together
        assert [len(one) > 1 for one in together] == [True] * len(PEOPLE)


@pytest.mark.parametrize("said", PEOPLE)
def test_a_chart_that_changes_has_what_it_says_now(act, bob, enrolled, said):
    ada = enrolled()
    with act(bob):
        write([number_for(ada)])
        for name, value in said.items():
            setattr(ada, name, value)
        ada.save()
        alone = unsaved(**said)
        alone.save(force_insert=True)
        alone.refresh_from_db()

        own, others = {("i", ada.mrn), ("i", "a-1001")}, {("i", alone.mrn)}
        assert tokens_of(ada) - own == tokens_of(alone) - others
        assert own <= tokens_of(ada)


def number_for(patient: Patient) -> PatientIdentifier:
    return made(PatientIdentifier, patient_id=patient.id, system="urn:old", value="A-1001", type_code="MR")


def test_a_merged_chart_is_found_by_the_other_until_they_are_parted(act, adam, alice, enrolled):
    ada, addie = enrolled(given="Ada"), enrolled(given="Addie", family="Sato", phone="6175550111")
    with act(adam):
        write([number_for(addie)])
        before = [tokens_of(ada), tokens_of(addie)]
        link = propose_merge(addie, into=ada, taken=(), reason="one person", actor=adam)
        link = merge_patients(link, version=link.version, actor=adam)

        assert [tokens_of(ada), tokens_of(addie)] == [before[0] | before[1], set()]
        made_anew(ada.id, addie.id)
        assert [tokens_of(ada), tokens_of(addie)] == [before[0] | before[1], set()]

        link.refresh_from_db()
        unmerge_patients(link, reason="two people", version=link.version, actor=adam)
        assert [tokens_of(ada), tokens_of(addie)] == before
