"""A clinician with hours, as the scheduling tests have one; a visit, open and over; a few diagnoses."""

import pytest

from osler.clinic.records.encounters.visit import finish_encounter, start_encounter
from osler.clinic.records.models import Encounter
from tests.clinic.records.code_sets import load_few_diagnoses
from tests.clinic.scheduling.conftest import osei, slot  # noqa: F401  fixtures
from tests.clinic.scheduling.conftest import visit as service  # noqa: F401


@pytest.fixture(scope="session")
def diagnoses(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        load_few_diagnoses()


@pytest.fixture
def open_visit(act, alice, dana_patient):
    with act(alice):
        return start_encounter(dana_patient, actor=alice)


@pytest.fixture
def closed_visit(act, alice, open_visit):
    with act(alice):
        return finish_encounter(Encounter.objects.get(id=open_visit.id), actor=alice)
