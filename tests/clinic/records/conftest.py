"""A visit of Dana with Alice, ordered tests, and a way to make rows of the past."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from osler.clinic.patients.models import Patient
from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import Encounter, Observation, ServiceRequest
from osler.clinic.records.orders.ordering import order_test
from osler.clinic.records.results.entering import collect_specimen, enter_result, test_of
from osler.foundation.access.actors import Actor
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel import clock
from tests.clinic.records.code_sets import load_few_diagnoses

POTASSIUM, BASIC_PANEL = "2823-3", "24321-2"
NORMAL = {
    "2345-7": "88",
    "3094-0": "14",
    "2160-0": "0.9",
    "2951-2": "140",
    "2823-3": "4.2",
    "2075-0": "101",
    "2028-9": "25",
    "17861-6": "9.4",
}


@pytest.fixture(scope="session", autouse=True)
def diagnoses(django_db_setup: None, django_db_blocker: Any) -> None:
    """Some codes to diagnose with."""
    with django_db_blocker.unblock():
        load_few_diagnoses()


@pytest.fixture
def visit(act, alice: Actor, dana_patient: Patient) -> Encounter:
    with act(alice):
        return start_encounter(dana_patient, actor=alice, reason="Cough")


@pytest.fixture
def announced() -> Callable[[], list[str]]:
    """Names of the events told so far, in order."""
    return lambda: list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


@pytest.fixture
def order(act, alice: Actor, visit: Encounter) -> ServiceRequest:
    with act(alice):
        return order_test(visit, test=BASIC_PANEL, actor=alice)


@pytest.fixture
def collected(act, lena: Actor, order: ServiceRequest) -> ServiceRequest:
    with act(lena):
        return collect_specimen(order, actor=lena)


@pytest.fixture
def entered(act, lena: Actor, collected: ServiceRequest):
    """A report with values, of which some may be changed."""

    def enter(**changed: str):
        codes = {analyte.code for analyte in test_of(collected).analytes}
        values = {code: text for code, text in (NORMAL | changed).items() if code in codes}
        with act(lena):
            return enter_result(collected, values=values, actor=lena)

    return enter


def measured(patient: Patient, *, days_ago: int, **fields: Any) -> Observation:
    """An observation of the past."""
    given = {
        "category": "laboratory",
        "system": "http://loinc.org",
        "code": POTASSIUM,
        "display": "Potassium",
        "value": Decimal("4.2"),
        "unit": "mmol/L",
        "effective_at": clock.now() - timedelta(days=days_ago),
    }
    return Observation.objects.create(patient=patient, **{**given, **fields})
