"""A list of keys is one value of a statement; what is found is what Django finds by itself."""

from uuid import UUID

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import QuerySet

from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.kernel.keys import uuid7
from tests.conftest import new_patient

MORE_THAN_VALUES = 70_000  # of one statement, in PostgreSQL's protocol


@pytest.fixture
def three(organization: Organization) -> list[Patient]:
    return sorted((new_patient(organization) for _ in range(3)), key=lambda one: one.id)


def keys_of(found: QuerySet[Patient]) -> list[UUID]:
    return list(found.order_by("id").values_list("id", flat=True))


def test_keys_are_found_in_whatever_form_they_come(three: list[Patient], bob: Actor) -> None:
    one, two, _ = keys = [patient.id for patient in three]

    with acting(bob):
        assert keys_of(Patient.objects.filter(id__in=[one, two, one, None])) == [one, two]
        assert keys_of(Patient.objects.filter(pk__in=(str(one), two.hex))) == [one, two]
        assert keys_of(Patient.objects.filter(id__in={one: "a", two: "b"})) == [one, two]
        assert keys_of(Patient.objects.filter(id__in=Patient.objects.filter(id=two))) == [two]
        assert keys_of(Patient.objects.exclude(id__in=[two]).filter(id__in=keys)) == [one, keys[2]]
        assert keys_of(Patient.objects.filter(id__in=[])) == []
        assert keys_of(Patient.objects.filter(id__in=[None])) == []
        with pytest.raises(ValidationError):
            Patient.objects.filter(id__in=[one, "no key"])


def test_what_points_to_a_row_is_found_by_row_and_by_key(three: list[Patient], bob: Actor) -> None:
    one, two, _ = three
    with acting(bob):
        for number, patient in enumerate(three):
            PatientIdentifier.objects.create(patient=patient, system="urn:a", value=f"N{number}")
        rows = PatientIdentifier.objects.filter(system="urn:a").order_by("value")
        for asked in ([one, two], [one.id, two.id, None], [str(one.id), two.id.hex]):
            found = [rows.filter(patient__in=asked), rows.filter(patient_id__in=asked)]
            assert [[row.patient_id for row in some] for some in found] == [[one.id, two.id]] * 2
        assert [row.value for row in rows.exclude(patient__in=[one, two])] == ["N2"]
        assert not rows.filter(patient__in=[])


def test_more_keys_than_a_statement_has_values(three: list[Patient], bob: Actor) -> None:
    many = [uuid7() for _ in range(MORE_THAN_VALUES)]

    with acting(bob):
        assert keys_of(Patient.objects.filter(id__in=[*many, three[1].id])) == [three[1].id]
        assert keys_of(Patient.objects.filter(replaced_by__in=[*many, None])) == []


def test_lists_of_all_lengths_are_one_statement_and_its_plan_is_kept(bob: Actor) -> None:
    with acting(bob):
        asked = [Patient.objects.filter(id__in=[uuid7() for _ in range(many)]) for many in range(1, 12)]
        assert len({found.query.sql_with_params()[0] for found in asked}) == 1
        assert [keys_of(found) for found in asked] == [[]] * 11
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s AND statement LIKE %s",
                ["%patients_patient%", "%ANY ($1)%"],
            )
            (kept,) = cursor.fetchone()

    assert kept >= 1
