"""The inbox of results: one keystroke to the next."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import DiagnosticReport, Observation
from osler.clinic.records.orders.ordering import order_test
from osler.clinic.records.results.entering import collect_specimen, enter_result
from osler.clinic.records.results.verifying import verify_report
from osler.foundation.access.roles import Role
from tests.conftest import new_actor, new_patient
from tests.web.workspace.conftest import about


@pytest.fixture
def verified(act, alice, lena):
    """A verified result of a single value."""

    def make(patient, value: str, *, hold: bool = False) -> DiagnosticReport:
        with act(alice):
            visit = start_encounter(patient, actor=alice)
            order = order_test(visit, test="4548-4", hold_release=hold, actor=alice)
        with act(lena):
            collect_specimen(order, actor=lena)
            code = order.code
            return verify_report(enter_result(order, values={code: value}, actor=lena), actor=lena)

    return make


def test_acknowledging_leads_to_the_next_abnormal_first(
    act, alice, client_of, organization, dana_patient, verified
):
    normal = verified(new_patient(organization, given="Ann", family="Other"), "5.1")
    abnormal = verified(dana_patient, "9.9", hold=True)
    client = client_of(alice)

    text = client.get("/inbox/").content.decode()
    assert text.index("Rivera, Dana") < text.index("Other, Ann")
    page = client.get(f"/reports/{abnormal.id}/").content.decode()
    assert "High" in page
    assert "The patient cannot see this yet." in page
    assert f"/inbox/threads/new/{dana_patient.id}/" in page

    data = {"patient": str(dana_patient.id), "version": abnormal.version, "note": "Call", "release": "1"}
    response = client.post(f"/reports/{abnormal.id}/acknowledge/", data)
    assert (response.status_code, response.url) == (302, f"/reports/{normal.id}/")
    with act(alice):
        stored = DiagnosticReport.objects.get(id=abnormal.id)
        assert (stored.acknowledgement, stored.released_at is not None) == ("Call", True)

    undo = f"/reports/{abnormal.id}/reopen/?patient={dana_patient.id}&version={stored.version}"
    assert client.post(undo).status_code == 302
    with act(alice):
        assert DiagnosticReport.objects.get(id=abnormal.id).acknowledged_at is None


def test_forwarding_hands_it_over(act, alice, organization, client_of, dana_patient, verified):
    henry = new_actor(organization, Role.PHYSICIAN, "Henry Vance", practitioner=True)
    report = verified(dana_patient, "9.9")
    client = client_of(alice)
    address = f"/reports/{report.id}/forward/"
    assert client.post(address, {"patient": str(dana_patient.id), "to": "nobody"}).status_code == 404
    response = client.post(address, about(report) | {"to": str(henry.practitioner_id)})
    assert (response.status_code, response.url) == (302, "/inbox/")
    assert "Rivera, Dana" in client_of(henry).get("/inbox/").content.decode()
    assert "Nothing waits for you" in client.get("/inbox/").content.decode()


def test_who_may_see_and_act(client_of, alice, nina, lena, bob, charlie, dana_patient, verified):
    report = verified(dana_patient, "9.9")
    url, data = f"/reports/{report.id}/", {"patient": str(dana_patient.id)}
    assert client_of(nina).get(url).status_code == 200
    assert client_of(charlie).get(url).status_code == 404
    for actor in (lena, bob):
        assert client_of(actor).get(url).status_code == 403
    assert client_of(nina).post(url + "acknowledge/", data).status_code == 403
    assert client_of(alice).post(url + "acknowledge/", {"patient": "other"}).status_code == 409


def test_an_old_report_from_elsewhere_is_read_as_of_its_day(act, alice, client_of, dana_patient):
    with act(alice):
        given = {"patient": dana_patient, "status": "final", "display": "Panel"}
        reports = [
            DiagnosticReport.objects.create(**given, effective_at=datetime(year, 1, 1, tzinfo=UTC))
            for year in (2010, 2011, 2020)
        ]
        for report, value in zip(reports, ("80.000001", "120.581518", "400"), strict=True):
            Observation.objects.create(
                patient=dana_patient,
                report=report,
                status="final",
                category="laboratory",
                code="2345-7",
                display="Glucose",
                value=Decimal(value),
                unit="mg/dL",
                effective_at=report.effective_at,
            )

    page = client_of(alice).get(f"/reports/{reports[1].id}/").content.decode()

    assert "120.6" in page
    assert "120.581518" not in page
    assert "+40.6" in page
    assert "High" in page
    assert "70–99" in page
    assert not re.search(r"\b400\b", page)
