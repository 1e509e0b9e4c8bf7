"""What searches cost among many years of rows: the plans of the web role behind its walls (D2)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from osler.clinic.records.models import Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.interop.fhir.doors.queries import pairs_of, query_of
from osler.interop.fhir.doors.search_sql import page_statement, places
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.scopes import parse_scopes
from tests.conftest import Clinic, new_actor, new_patient
from tests.plans import rows_read

YEARS, A_DAY = 4, 2
FIRST = datetime(2016, 1, 1, 9, tzinfo=UTC)
ASKED = (
    "date=ge2017-06-01&date=lt2017-06-02",
    "date=2017-06",
    "date=gt2017-06-01&date=le2017-06-03",
    "date=ge2019-01-01",
    "date=lt2017-01-01",
)


@pytest.fixture
def doctor(live_clinic) -> Actor:
    """A physician of a clinic with a month of visits, a few of which lasted for days."""
    return doctor_of(live_clinic, days=30)


@pytest.fixture
def old_doctor(live_clinic) -> Actor:
    """A physician of a clinic with years of such visits."""
    return doctor_of(live_clinic, days=YEARS * 365)


def doctor_of(live_clinic: Clinic, *, days: int) -> Actor:
    doctor = new_actor(live_clinic.organization, Role.PHYSICIAN, "Alice Bell", practitioner=True)
    patient = new_patient(live_clinic.organization)
    with acting(doctor):
        Encounter.objects.bulk_create(
            Encounter(
                organization_id=doctor.organization_id,
                patient=patient,
                status="finished",
                resource="{}",
                started_at=(at := FIRST + timedelta(days=number // A_DAY, hours=number % A_DAY)),
                finished_at=at + (timedelta(days=5) if number % 500 == 0 else timedelta(minutes=20)),
            )
            for number in range(days * A_DAY)
        )
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE records_encounter, fhir_searchvalue, fhir_storedresource")
    return doctor


def test_a_search_by_date_reads_no_more_than_its_days(old_doctor: Actor) -> None:
    caller = Caller(old_doctor, parse_scopes("user/*.rs"))
    read = {}
    with acting(old_doctor):
        for asked in ASKED:
            query = query_of(pairs_of(f"{asked}&_count=20"))
            sql, values = page_statement(places(caller, "Encounter", query), query, "Encounter", "")
            read[asked] = rows_read(sql, values)

    assert {asked: rows for asked, rows in read.items() if rows >= 1000} == {}


def test_a_long_visit_is_found_on_each_of_its_days(doctor: Actor) -> None:
    caller = Caller(doctor, parse_scopes("user/*.rs"))
    query = query_of(pairs_of("date=ge2016-01-05T00:00:00Z&date=lt2016-01-05T01:00:00Z"))
    with acting(doctor):
        sql, values = page_statement(places(caller, "Encounter", query), query, "Encounter", "")
        with connections["default"].cursor() as cursor:
            cursor.execute(sql, values)

            assert [row[1] for row in cursor.fetchall()] == [FIRST]


def test_a_search_since_the_beginning_of_time_is_answered(doctor: Actor) -> None:
    caller = Caller(doctor, parse_scopes("user/*.rs"))
    query = query_of(pairs_of("date=ge0001-01-01&date=lt0002-01-01"))
    with acting(doctor), connections["default"].cursor() as cursor:
        cursor.execute(*page_statement(places(caller, "Encounter", query), query, "Encounter", ""))

        assert cursor.fetchall() == []
