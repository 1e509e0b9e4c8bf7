"""What comes again of a chart that was merged: its rows land with the survivor, itself it stays closed."""

import pytest

from osler.clinic.patients.merging import merge_patients, propose_merge
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Observation
from osler.interop.fhir.models import SearchValue, StoredResource
from tests.conftest import new_patient
from tests.interop.fhir.conftest import bring, height, id_here
from tests.interop.fhir.examples import example

pytestmark = pytest.mark.django_db


def test_a_later_delivery_lands_with_the_survivor(act, adam, organization):
    survivor = new_patient(organization)
    patient = {**example("Patient", "p", "", ""), "id": "p"}
    bring(organization, patient, {**height("p"), "id": "o1"})
    key = id_here(organization, "Patient", "p")
    with act(adam):
        duplicate = Patient.objects.get(id=key)
        Patient.objects.filter(id=survivor.id).update(
            birth_date=duplicate.birth_date, gender=duplicate.gender
        )
        link = propose_merge(duplicate, into=survivor, taken=(), reason="Same", actor=adam)
        merge_patients(link, version=link.version, actor=adam)
    device = {"resourceType": "Device", "id": "d", "patient": {"reference": "Patient/p"}}

    tally = bring(organization, {**patient, "gender": "other"}, {**height("p"), "id": "o2"}, device)

    assert tally.refusals == []
    [note] = tally.notes
    assert "was merged into another chart" in note.reason
    with act(adam):
        assert set(Observation.objects.values_list("patient_id", flat=True)) == {survivor.id}
        for row in [*Observation.objects.all(), StoredResource.objects.get()]:
            assert row.patient_id == survivor.id and f"Patient/{survivor.id}" in row.resource
        assert (
            not SearchValue.objects.filter(patient_id=duplicate.id).exclude(resource_id=duplicate.id).exists()
        )
        duplicate.refresh_from_db()
        assert duplicate.gender != "other"
