"""One entry of each kind that can be taken back, each recorded in a request of its own."""

from decimal import Decimal

import pytest

from osler.clinic.records.allergies.recording import record_allergy
from osler.clinic.records.conditions.diagnosing import add_diagnosis, add_problem
from osler.clinic.records.medications.prescribing import prescribe_medication
from osler.clinic.records.medications.statements import record_statement
from osler.clinic.records.observations.vitals import VitalReading, record_vitals
from osler.clinic.records.orders.ordering import order_test
from osler.kernel.coding import RXNORM, Coding
from tests.clinic.records.conftest import BASIC_PANEL

LISINOPRIL = "314076"
PENICILLIN = Coding(RXNORM, "7980", "Penicillin G")


def reading(key: str, value: str, unit: str) -> VitalReading:
    return VitalReading(key, Decimal(value), unit)


MAKERS = {
    "allergy": lambda visit, actor: record_allergy(visit.patient, substance=PENICILLIN, actor=actor),
    "problem": lambda visit, actor: add_problem(visit.patient, code="I10", actor=actor),
    "diagnosis": lambda visit, actor: add_diagnosis(visit, code="J06.9", actor=actor),
    "vital": lambda visit, actor: record_vitals(
        visit, readings=[reading("pulse", "88", "/min")], actor=actor
    )[0],
    "prescribed": lambda visit, actor: prescribe_medication(
        visit, drug=LISINOPRIL, sig="1 a day", quantity=Decimal(30), actor=actor
    ),
    "told": lambda visit, actor: record_statement(visit.patient, words="Fish oil", actor=actor),
    "order": lambda visit, actor: order_test(visit, test=BASIC_PANEL, actor=actor),
}


@pytest.fixture
def made(act, alice, visit):
    """An entry of a kind, by Alice."""

    def make(kind: str):
        with act(alice):
            return MAKERS[kind](visit, alice)

    return make
