"""The laboratory's pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.orders.ordering import order_test
from tests.conftest import new_patient

VALUES = {
    "2345-7": "88",
    "3094-0": "14",
    "2160-0": "0.9",
    "2951-2": "140",
    "2823-3": "6.9",
    "2075-0": "101",
    "2028-9": "25",
    "17861-6": "9.4",
}


@pytest.fixture
def order(act, alice, dana_patient) -> ServiceRequest:
    with act(alice):
        visit = start_encounter(dana_patient, actor=alice)
        return order_test(visit, test="24321-2", priority="stat", actor=alice)


@pytest.fixture
def form(dana_patient):
    return lambda **fields: {"patient": str(dana_patient.id), **fields}


def test_order_goes_from_the_list_to_the_verified_result(act, lena, alice, client_of, order, form):
    client, url = client_of(lena), f"/lab/orders/{order.id}/"
    assert "Rivera, Dana" in client.get("/lab/").content.decode()
    assert client.get(url).status_code == 200
    assert client.post(url + "collect/", form(version=1)).status_code == 302
    assert b"<svg" in client.get(url + "label/").content
    wrong = client.post(url + "results/", form(**VALUES | {"2951-2": "salty"}))
    assert wrong.status_code == 422
    with act(lena):
        assert DiagnosticReport.objects.count() == 0

    assert client.post(url + "results/", form(**VALUES, version="0")).status_code == 302
    assert "Critically high" in client.get(url).content.decode()
    assert "Rivera, Dana" in client.get("/lab/?stage=to-verify").content.decode()
    with act(lena):
        version = DiagnosticReport.objects.get().version
    assert client.post(url + "verify/", form(version=version)).status_code == 302
    with act(lena):
        final = DiagnosticReport.objects.get()
        assert final.status == "final"

    amended = form(**VALUES | {"2823-3": "4.9"}, reason="Hemolyzed", version=final.version)
    assert client.post(url + "amend/", amended).status_code == 302
    page = client.get(url).content.decode()
    assert "6.9" in page
    assert "until" in page
    with act(lena):
        assert str(Observation.objects.get(code="2823-3").value) == "4.900000"


def test_enter_and_verify_in_one_step(act, lena, client_of, order, form):
    client, url = client_of(lena), f"/lab/orders/{order.id}/"
    client.post(url + "collect/", form(version=1))
    response = client.post(url + "results/", form(**VALUES, verify="1"))
    with act(lena):
        assert (response.status_code, DiagnosticReport.objects.get().status) == (302, "final")


def test_lab_sees_no_chart_and_others_enter_nothing(
    client_of, lena, alice, bob, charlie, order, form, dana_patient
):
    url = f"/lab/orders/{order.id}/"
    assert client_of(lena).get(f"/patients/{dana_patient.id}/chart/notes/").status_code == 403
    assert client_of(alice).post(url + "results/", form(**VALUES)).status_code == 403
    assert client_of(bob).get("/lab/").status_code == 403
    assert client_of(charlie).get(url).status_code == 404


def test_one_order_and_three_take_the_same_statements(act, alice, lena, client_of, order, organization):
    client = client_of(lena)
    counts = []
    for extra in (0, 2):
        with act(alice):
            for number in range(extra):
                patient = new_patient(organization, given="Ann", family=f"Other{number}")
                order_test(start_encounter(patient, actor=alice), test="4548-4", actor=alice)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/lab/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_form_of_another_patient_changes_nothing(act, lena, client_of, order):
    client = client_of(lena)
    for path in ("collect/", "results/", "verify/", "amend/"):
        response = client.post(f"/lab/orders/{order.id}/{path}", {"patient": "other", **VALUES})
        assert (path, response.status_code) == (path, 409)
    with act(lena):
        assert ServiceRequest.objects.get().collected_at is None
