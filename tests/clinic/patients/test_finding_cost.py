"""What finding costs the database: the plans of the web role, with row-level security on (D2)."""

from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.matching import likely_duplicates
from osler.clinic.patients.models import MatchPair, Patient
from osler.clinic.patients.pair_list import open_pair_count, pair_list
from osler.clinic.patients.similar_names import similar_names
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.audit.rows import AT_ONCE
from tests import databases
from tests.conftest import new_actor, new_organization
from tests.plans import rows_read

MANY = 4000
GIVEN = (
    *["Maria", "Jose", "Ana", "Luis", "Carmen", "Juan", "Rosa", "Pedro", "Elena", "Diego"],
    *(f"G{n:c}{n:c}" for n in range(98, 118)),
)
FAMILY = (
    *["Garcia", "Lopez", "Perez", "Sanchez", "Romero", "Torres"],
    *(f"F{n:c}{n:c}" for n in range(98, 122)),
)


def a_crowd() -> Actor:
    """Four thousand patients and a clerk, committed and known to the planner."""
    clerk = new_actor(new_organization(), Role.RECEPTION, "Bob Diaz")
    with acting(clerk):
        Patient.objects.bulk_create(
            (
                Patient(
                    organization_id=clerk.organization_id,
                    given=f"{GIVEN[n % 29]} X{n:x}",
                    family=FAMILY[n % 31 % 28],
                    birth_date=date(1930 + n % 90, 1 + n % 12, 1 + n % 28),
                    phone=f"212{n:07d}",
                )
                for n in range(MANY)
            ),
            AT_ONCE,
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE patients_searchtoken, patients_patient")
    return clerk


@pytest.fixture(scope="module")
def crowd(django_db_setup: None, django_db_blocker: Any) -> Iterator[Actor]:
    """The same for all that read; what is written comes last."""
    with django_db_blocker.unblock():
        source, clerk = databases.made_once("crowd", a_crowd)
        with databases.pointed_clone("crowd", source):
            yield clerk


QUERIES = (
    "garcia",
    "maria garcia",
    "mar gar",
    "14-Jul-1945",
    "2120000123",
    "maria garzia",
    "torres 1950",
    "marua gercia",
    "garcia 15-Jul-1945",
    "(212) 999-0123",
    "zaria xarcia",
)


def test_twenty_are_found_by_reading_less_than_a_thousand_rows(crowd):
    assert {query: read for query in QUERIES if (read := rows_to_find(query, crowd)) >= 1000} == {}


def rows_to_find(query: str, clerk: Actor) -> float:
    return rows_of(clerk, lambda: find_patients(query, actor=clerk, limit=20))


def rows_of(clerk: Actor, work: Callable[[], object]) -> float:
    """How many rows the statements of some work read."""
    with acting(clerk):
        with CaptureQueriesContext(connection) as queries:
            work()
        asked = [
            one["sql"] for one in queries if one["sql"].lstrip().startswith(("SELECT", "(SELECT", "WITH"))
        ]
        return sum(map(rows_read, asked))


COMMON = {"given": "Maria", "family": "Garcia", "phone": "212 000 0123", "birth_date": date(1945, 7, 14)}


@pytest.mark.parametrize("typed", [COMMON, COMMON | {"phone": "", "birth_date": None}, {"given": "G"}])
def test_duplicates_are_found_by_reading_less_than_a_thousand_rows(crowd, typed):
    patient = Patient(line="12 Elm Street", postal_code="10001", **typed)

    assert rows_of(crowd, lambda: likely_duplicates(patient, actor=crowd)) < 1000


def test_similar_names_are_found_by_reading_less_than_a_thousand_rows(crowd):
    assert rows_of(crowd, lambda: similar_names(Patient(**COMMON), actor=crowd)) < 1000


def test_a_page_of_pairs_reads_its_own_rows_alone(crowd):
    with acting(crowd):
        ids = sorted(Patient.objects.values_list("id", flat=True))[:2001]
        MatchPair.objects.bulk_create(
            (
                MatchPair(
                    organization_id=crowd.organization_id,
                    one_id=one,
                    other_id=other,
                    weight=5,
                    levels="given.same",
                )
                for one, other in pairwise(ids)
            ),
            AT_ONCE,
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE patients_matchpair")

    assert rows_of(crowd, lambda: pair_list(crowd, limit=20)) < 100
    assert rows_of(crowd, lambda: open_pair_count(crowd)) <= 100
