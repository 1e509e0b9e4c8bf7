"""Results of a laboratory over FHIR: entered, verified, owned, charged."""

import json

import pytest

from osler.clinic.billing.models import ChargeItem
from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.orders.ordering import order_test
from osler.clinic.records.results.worklists import inbox_reports
from osler.foundation.access.roles import Role
from osler.foundation.jobs.outbox import deliver_events
from osler.kernel.keys import uuid7
from tests.conftest import new_actor, new_patient
from tests.interop.fhir.conftest import rows
from tests.interop.fhir.deeds import A1C, announced, lab_value, made, refusal, report, state
from tests.interop.fhir.doors.test_bundles import bundle, entry


@pytest.fixture
def lab(lena, api_of):
    return api_of(lena)


@pytest.fixture
def ordered(act, alice, dana_patient):
    with act(alice):
        return order_test(start_encounter(dana_patient, actor=alice), test=A1C, actor=alice)


def based_on(order):
    return {"basedOn": [{"reference": f"ServiceRequest/{order.id}"}]}


def results(patient, *, status="final", value=9.1, **more):
    """A transaction with a value and the report that names it."""
    name = f"urn:uuid:{uuid7()}"
    return bundle(
        "transaction",
        entry("POST", "DiagnosticReport", report(patient, name, **more)),
        entry("POST", "Observation", lab_value(patient, value, status=status), name),
    )


def test_a_final_report_is_verified_owned_released_and_charged(
    lab, act, alice, bill, dana_patient, ordered, organization
):
    answer = lab.post("", results(dana_patient, **based_on(ordered)))

    assert answer.status_code == 200, answer.content
    first = json.loads(answer.content)["entry"][0]["response"]
    assert (first["status"], first["etag"]) == ("201", 'W/"2"')
    [row] = rows(organization, DiagnosticReport)
    assert (row.status, row.owner_id, row.order_id) == ("final", alice.practitioner_id, ordered.id)
    assert None not in (row.verified_at, row.released_at)
    assert (row.is_abnormal, rows(organization, ServiceRequest)[0].status) == (True, "completed")
    [value] = rows(organization, Observation)
    assert (value.status, value.interpretation, value.report_id) == ("final", "H", row.id)
    with act(alice):
        assert [each.id for each in inbox_reports(actor=alice)] == [row.id]
    assert sorted(announced(organization)[-2:]) == ["ReportReleased", "ReportVerified"]
    deliver_events(str(organization.id))
    assert [each.origin for each in rows(organization, ChargeItem)] == [f"order:{ordered.id}"]


def test_values_may_come_before_their_report(lab, dana_patient, ordered, organization):
    value = made(lab.post("/Observation", lab_value(dana_patient, 5.2)))
    named = f"Observation/{value['id']}"

    entered = made(
        lab.post("/DiagnosticReport", report(dana_patient, named, status="preliminary", **based_on(ordered)))
    )
    assert [row.status for row in rows(organization, Observation)] == ["preliminary"]
    path = f"/DiagnosticReport/{entered['id']}"
    final = made(lab.put(path, {**entered, "status": "final"}, HTTP_IF_MATCH='W/"1"'))

    assert final["status"] == "final"
    assert final["extension"] == entered["extension"]
    assert rows(organization, DiagnosticReport)[0].is_abnormal is False
    corrected = {**final, "status": "corrected", "conclusion": "Hemolyzed"}
    made(lab.put(path, corrected, HTTP_IF_MATCH='W/"2"'))
    assert announced(organization).count("ReportVerified") == 2


def test_what_the_laboratory_page_would_refuse_is_refused(
    lab, api, alice, dana_patient, ordered, organization
):
    other = new_patient(organization)
    value = made(lab.post("/Observation", lab_value(dana_patient, 5.2)))
    named = f"Observation/{value['id']}"
    before = state(organization)

    def sent(*values, by=lab, **more):
        return refusal(by.post("/DiagnosticReport", report(dana_patient, *values, **more)))

    assert sent(named) == (409, "no-owner", "DiagnosticReport.resultsInterpreter")
    assert sent(**based_on(ordered)) == (
        422,
        "incomplete-result",
        "DiagnosticReport",
    )
    foreign = {"subject": {"reference": f"Patient/{other.id}"}}
    assert sent(**foreign, **based_on(ordered)) == (409, "other-patient", "DiagnosticReport.basedOn")
    assert sent(named, **foreign) == (409, "other-patient", "DiagnosticReport.result")
    assert sent(named, status="amended") == (422, "business-rule", "DiagnosticReport.status")
    assert sent(named, by=api)[0] == 403
    loose = refusal(lab.post("/Observation", lab_value(dana_patient, 5.2, status="final")))
    assert loose == (422, "business-rule", "Observation.status")
    assert state(organization) == before


def test_a_report_that_nobody_ordered_goes_to_the_physician_it_names(
    lab, act, alice, dana_patient, organization
):
    whom = {"resultsInterpreter": [{"reference": f"Practitioner/{alice.practitioner_id}"}]}

    answer = lab.post("", results(dana_patient, **whom))

    assert answer.status_code == 200, answer.content
    with act(alice):
        assert [row.owner_id for row in inbox_reports(actor=alice)] == [alice.practitioner_id]


def test_a_second_report_of_an_order_leaves_nothing(lab, dana_patient, ordered, organization):
    assert lab.post("", results(dana_patient, **based_on(ordered))).status_code == 200
    before = state(organization)

    answer = lab.post("", results(dana_patient, **based_on(ordered)))

    assert refusal(answer)[:2] == (409, "impossible-move")
    assert refusal(answer)[2].startswith("Bundle.entry[0].resource")
    assert state(organization) == before


def test_a_value_of_a_report_is_the_laboratorys(lab, api, dana_patient, ordered, organization):
    lab.post("", results(dana_patient, **based_on(ordered)))
    [row] = rows(organization, Observation)
    path = f"/Observation/{row.id}"
    seen = json.loads(api.get(path).content)
    other = {**seen, "valueQuantity": {"value": 5.0, "unit": "%"}}
    version = seen["meta"]["versionId"]

    assert api.put(path, other, HTTP_IF_MATCH=f'W/"{version}"').status_code == 403
    assert lab.put(path, other, HTTP_IF_MATCH=f'W/"{version}"').status_code == 200


def test_who_has_no_inbox_owns_nothing(lab, dana_patient, organization):
    gone = new_actor(organization, Role.NURSE, "Ned Low", practitioner=True)
    whom = {"resultsInterpreter": [{"reference": f"Practitioner/{gone.practitioner_id}"}]}
    before = state(organization)

    answer = lab.post("", results(dana_patient, **whom))

    assert refusal(answer)[:2] == (409, "no-owner")
    assert state(organization) == before
