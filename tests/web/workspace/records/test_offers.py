"""Whoever has no scripts chooses from the list that comes with the answer."""

import re

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import Condition, MedicationRequest, ServiceRequest


@pytest.fixture
def visit(act, alice, dana_patient):
    with act(alice):
        return start_encounter(dana_patient, actor=alice, reason="Cough")


@pytest.mark.parametrize(
    ("path", "words", "offered", "more", "model"),
    [
        ("diagnoses", "high blood pressure", "I10", {}, Condition),
        ("orders", "potassium", "24326-1", {}, ServiceRequest),
        (
            "prescriptions",
            "amoxi",
            "308191",
            {"sig": "3 a day", "quantity": "21", "refills": "0"},
            MedicationRequest,
        ),
    ],
)
def test_words_that_are_no_entry_are_answered_with_entries(
    client_of, act, alice, visit, dana_patient, path, words, offered, more, model
):
    client, address = client_of(alice), f"/encounters/{visit.id}/{path}/"
    form = {"patient": str(dana_patient.id), "code": "", "words": words, **more}

    refused = client.post(address, form)
    codes = re.findall(r'<button class="menu-item" name="code" value="([^"]+)"', refused.content.decode())
    chosen = client.post(address, form | {"code": ["", offered]})

    assert (refused.status_code, offered in codes) == (422, True)
    assert chosen.status_code == 302
    with act(alice):
        assert model.objects.filter(encounter=visit, code=offered).count() == 1


def test_words_that_fit_nothing_are_offered_nothing(client_of, alice, visit, dana_patient):
    form = {"patient": str(dana_patient.id), "code": "", "words": "zzqx"}

    refused = client_of(alice).post(f"/encounters/{visit.id}/diagnoses/", form)

    assert refused.status_code == 422
    assert b'class="offers"' not in refused.content
