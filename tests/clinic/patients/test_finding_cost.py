"""What finding costs the database: the plans of the web role, with row-level security on (D2)."""

from datetime import date

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from tests.conftest import new_actor
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


@pytest.fixture
def crowd(live_clinic) -> Actor:
    """Four thousand patients and a clerk, committed and known to the planner."""
    clerk = new_actor(live_clinic.organization, Role.RECEPTION, "Bob Diaz")
    with acting(clerk):
        Patient.objects.bulk_create(
            Patient(
                organization_id=clerk.organization_id,
                given=f"{GIVEN[n % 29]} X{n:x}",
                family=FAMILY[n % 31 % 28],
                birth_date=date(1930 + n % 90, 1 + n % 12, 1 + n % 28),
                phone=f"212{n:07d}",
            )
            for n in range(MANY)
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE patients_searchtoken, patients_patient")
    return clerk


QUERIES = (
    "garcia",
    "maria garcia",
    "mar gar",
    "14-Jul-1945",
    "2120000123",
    "maria garzia",
    "torres 1950",
)


def test_twenty_are_found_by_reading_less_than_a_thousand_rows(crowd):
    assert {query: read for query in QUERIES if (read := rows_to_find(query, crowd)) >= 1000} == {}


def rows_to_find(query: str, clerk: Actor) -> float:
    with acting(clerk):
        with CaptureQueriesContext(connection) as queries:
            find_patients(query, actor=clerk, limit=20)
        read = 0.0
        for one in queries:
            if one["sql"].startswith(("SELECT", "(SELECT")):
                read += rows_read(one["sql"])
    return read
