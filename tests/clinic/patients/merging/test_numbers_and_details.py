"""Numbers of which a patient has one, and the clinic's own fields, in a merge and its undoing."""

import json

import pytest

from osler.clinic.patients.identifiers import Identifier
from osler.clinic.patients.merging import merge_patients, propose_merge, unmerge_patients
from osler.clinic.patients.models import IdentifierType, OwnField, OwnValue, Patient, PatientIdentifier
from osler.clinic.patients.own_values import note_own_values
from osler.clinic.patients.registration import add_identifier
from tests.conftest import new_patient

pytestmark = pytest.mark.django_db


@pytest.fixture
def charts(act, adam, bob, organization):
    """Two charts, each with a number of one type and something in one field."""
    both = [new_patient(organization), new_patient(organization)]
    with act(adam):
        IdentifierType(name="Card", system="urn:card", shape="##").save()
        field = OwnField(key="village")
        field.save()
    with act(bob):
        for number, chart in enumerate(both):
            add_identifier(chart, identifier=Identifier("urn:card", f"1{number}"), actor=bob)
            note_own_values(chart, {field: f"Village {number}"}, actor=bob)
    return both


def state() -> list[tuple]:
    numbers = PatientIdentifier.objects.order_by("value").values_list("patient_id", "value", "is_sole")
    values = OwnValue.objects.order_by("text").values_list("patient_id", "text", "is_current")
    return [*numbers, *values]


def test_the_survivors_count_the_duplicates_stay_and_come_back(act, adam, bob, charts):
    one, other = charts
    with act(adam):
        before = state()
        link = propose_merge(
            Patient.objects.get(id=other.id),
            into=Patient.objects.get(id=one.id),
            taken=(),
            reason="Same",
            actor=adam,
        )
        merge_patients(link, version=None, actor=adam)
        assert state() == [
            (one.id, "10", True),
            (one.id, "11", False),
            (one.id, "Village 0", True),
            (one.id, "Village 1", False),
        ]
        told = json.loads(Patient.objects.get(id=one.id).resource)["identifier"]
        cards = {each["value"]: each["use"] for each in told if each["system"] == "urn:card"}
        assert cards == {"10": "usual", "11": "old"}
    with act(adam):
        link.refresh_from_db()
        unmerge_patients(link, reason="Two", version=None, actor=adam)
        assert state() == before
