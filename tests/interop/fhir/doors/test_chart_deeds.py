"""Entries in a chart over FHIR: the deeds of the pages, their refusals, their news."""

import json

import pytest

from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    MedicationRequest,
    MedicationStatement,
    ServiceRequest,
)
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events, rows
from tests.interop.fhir.deeds import (
    allergy,
    announced,
    coded,
    concept,
    diagnosis,
    in_visit,
    made,
    of,
    order,
    prescription,
    problem,
    put,
    refusal,
    state,
)

pytestmark = pytest.mark.usefixtures("diagnoses")

# MedicationRequest


def test_a_prescription_is_checked_against_the_allergies(api, dana_patient, open_visit, organization):
    made(api.post("/AllergyIntolerance", allergy(dana_patient)))
    before = state(organization)

    answer = api.post("/MedicationRequest", prescription(dana_patient, open_visit.id))

    assert refusal(answer) == (409, "unsafe-medication", "MedicationRequest")
    said = json.loads(answer.content)["issue"][1]
    assert (said["severity"], said["details"]["coding"][0]["code"]) == ("warning", "allergy")
    assert "enicillin" in said["diagnostics"]
    assert state(organization) == before
    [event] = [one for one in events(organization, "R", "patients_patient") if one.detail == "FHIR refusal"]
    assert event.patient_ids == [dana_patient.id]


def test_a_coded_reason_goes_with_the_prescription(api, dana_patient, open_visit, organization):
    made(api.post("/AllergyIntolerance", allergy(dana_patient)))
    action = concept("urn:osler:override-reason", "mild-reaction")
    issue = {
        "resourceType": "DetectedIssue",
        "id": "i",
        "status": "final",
        "mitigation": [{"action": action}],
    }
    resource = prescription(dana_patient, open_visit.id, contained=[issue])
    resource["detectedIssue"] = [{"reference": "#i"}]

    answer = made(api.post("/MedicationRequest", resource))

    [row] = rows(organization, MedicationRequest)
    assert row.override_reason == "mild-reaction"
    assert answer["contained"] == [issue]
    assert answer["dosageInstruction"] == resource["dosageInstruction"]
    assert announced(organization)[-1] == "MedicationPrescribed"

    action["coding"][0]["code"] = "because"
    unknown = api.post("/MedicationRequest", {**resource, "contained": [issue]})
    assert refusal(unknown) == (422, "unknown-reason", "MedicationRequest.contained")


def test_what_a_page_would_refuse_to_prescribe_is_refused(
    api, nina, api_of, dana_patient, open_visit, organization
):
    other = new_patient(organization)
    colleague = {"reference": f"Practitioner/{nina.practitioner_id}"}
    before = state(organization)

    def sent(**more):
        return refusal(api.post("/MedicationRequest", {**prescription(dana_patient, open_visit.id), **more}))

    unknown = {"medicationCodeableConcept": {"text": "Snake oil"}}
    assert sent(**unknown) == (422, "unknown-code", "MedicationRequest.medicationCodeableConcept")
    assert sent(status="completed") == (422, "business-rule", "MedicationRequest.status")
    assert sent(requester=colleague) == (403, "other-author", "MedicationRequest.requester")
    foreign = {"reference": f"Patient/{other.id}"}
    assert sent(subject=foreign) == (409, "other-patient", "MedicationRequest.encounter")
    without = prescription(dana_patient, open_visit.id)
    del without["encounter"]
    place = (422, "required", "MedicationRequest.encounter")
    assert refusal(api.post("/MedicationRequest", without)) == place
    by_nurse = api_of(nina).post("/MedicationRequest", prescription(dana_patient, open_visit.id))
    assert by_nurse.status_code == 403
    assert state(organization) == before


def test_a_prescription_is_stopped_and_never_rewritten(api, dana_patient, open_visit, organization):
    asked = made(api.post("/MedicationRequest", prescription(dana_patient, open_visit.id)))
    other = concept("http://www.nlm.nih.gov/research/umls/rxnorm", "197361", "Amlodipine")

    rewritten = put(api, "MedicationRequest", asked, medicationCodeableConcept=other)
    stopped = put(api, "MedicationRequest", asked, status="stopped", statusReason={"text": "Rash"})

    place = "MedicationRequest.medicationCodeableConcept"
    assert refusal(rewritten) == (422, "business-rule", place)
    assert made(stopped)["statusReason"] == {"text": "Rash"}
    [row] = rows(organization, MedicationRequest)
    assert (row.status, row.stop_reason, row.version) == ("stopped", "Rash", 2)


# Condition, AllergyIntolerance, MedicationStatement, ServiceRequest


def test_a_diagnosis_keeps_the_codings_of_other_systems(api, dana_patient, open_visit, organization):
    resource = diagnosis(dana_patient, "I10", **in_visit(open_visit.id))
    snomed = {"system": "http://snomed.info/sct", "code": "38341003"}
    resource["code"]["coding"].insert(0, snomed)

    answer = made(api.post("/Condition", resource))

    [row] = rows(organization, Condition)
    assert (row.code, row.rank, row.category) == ("I10", 1, "encounter-diagnosis")
    assert [each["code"] for each in answer["code"]["coding"]] == ["I10", "38341003"]
    again = api.post("/Condition", resource)
    assert refusal(again) == (409, "already-recorded", "Condition.code")
    assert len(api.found("/Condition?code=38341003")) == 1


def test_a_problem_is_put_on_the_list_resolved_and_reopened(api, dana_patient, organization):
    asked = made(api.post("/Condition", problem(dana_patient, "I10")))
    assert refusal(api.post("/Condition", problem(dana_patient, "I10")))[:2] == (409, "already-recorded")
    unknown = api.post("/Condition", problem(dana_patient, "Z99.99X"))
    assert refusal(unknown) == (422, "unknown-code", "Condition.code")

    resolved = made(put(api, "Condition", asked, clinicalStatus=coded("condition-clinical", "resolved")))
    assert resolved["abatementDateTime"]
    live = {**resolved, "clinicalStatus": coded("condition-clinical", "active")}
    del live["abatementDateTime"]
    reopened = made(put(api, "Condition", live, version="2"))
    assert "abatementDateTime" not in reopened

    wrong = coded("condition-ver-status", "entered-in-error")
    mistaken = {**reopened, "verificationStatus": wrong}
    del mistaken["clinicalStatus"]
    made(put(api, "Condition", mistaken, version="3"))
    [row] = rows(organization, Condition)
    assert (row.verification_status, row.clinical_status, row.version) == ("entered-in-error", "", 4)


def test_an_allergy_ends_the_statement_that_none_is_known(api, dana_patient, organization):
    none_known = concept("http://snomed.info/sct", "716186003")
    made(api.post("/AllergyIntolerance", allergy(dana_patient, code=none_known)))

    made(api.post("/AllergyIntolerance", allergy(dana_patient)))

    assert [row.clinical_status for row in rows(organization, AllergyIntolerance)] == ["resolved", "active"]
    before = state(organization)
    twice = api.post("/AllergyIntolerance", allergy(dana_patient))
    none = api.post("/AllergyIntolerance", allergy(dana_patient, code=none_known))
    assert refusal(twice) == (409, "already-recorded", "AllergyIntolerance.code")
    assert refusal(none) == (409, "allergies-exist", "AllergyIntolerance")
    assert state(organization) == before


def test_a_medication_that_is_taken_is_told_once_and_stopped(api, dana_patient, organization):
    taken = {"status": "active", "medicationCodeableConcept": {"text": "Fish oil"}}
    asked = made(api.post("/MedicationStatement", of("MedicationStatement", dana_patient, **taken)))

    again = api.post("/MedicationStatement", of("MedicationStatement", dana_patient, **taken))
    stopped = made(put(api, "MedicationStatement", asked, status="stopped"))

    place = "MedicationStatement.medicationCodeableConcept"
    assert refusal(again) == (409, "already-recorded", place)
    assert stopped["effectivePeriod"]["end"]


def test_a_medication_that_was_never_taken_or_prescribed_is_marked_as_wrong(
    api, dana_patient, open_visit, organization
):
    taken = {"status": "active", "medicationCodeableConcept": {"text": "Fish oil"}}
    told = made(api.post("/MedicationStatement", of("MedicationStatement", dana_patient, **taken)))
    prescribed = made(api.post("/MedicationRequest", prescription(dana_patient, open_visit.id)))

    for name, resource, model in (
        ("MedicationStatement", told, MedicationStatement),
        ("MedicationRequest", prescribed, MedicationRequest),
    ):
        wrong = made(put(api, name, resource, status="entered-in-error"))
        assert wrong["status"] == "entered-in-error"
        assert [(row.status, row.version) for row in rows(organization, model)] == [("entered-in-error", 2)]


def test_an_order_is_on_the_list_of_the_laboratory_until_it_is_revoked(
    api, dana_patient, open_visit, organization
):
    asked = made(api.post("/ServiceRequest", order(dana_patient, open_visit.id)))

    [row] = rows(organization, ServiceRequest)
    assert (row.category, row.display) == ("laboratory", "Hemoglobin A1c")
    before = state(organization)
    again = api.post("/ServiceRequest", order(dana_patient, open_visit.id))
    completed = put(api, "ServiceRequest", asked, status="completed")
    assert refusal(again) == (409, "already-recorded", "ServiceRequest.code")
    assert refusal(completed) == (422, "business-rule", "ServiceRequest.status")
    assert state(organization) == before

    made(put(api, "ServiceRequest", asked, status="revoked"))
    assert announced(organization)[-2:] == ["OrderPlaced", "OrderRevoked"]


def test_what_no_catalogue_holds_is_ordered_as_it_is_said(api, dana_patient, open_visit, organization):
    knee = {"code": {"text": "X-ray of the left knee"}}
    resource = {**order(dana_patient, open_visit.id), **knee}

    assert made(api.post("/ServiceRequest", resource))["code"] == knee["code"]
    assert announced(organization)[-1] == "OrderPlaced"
    laboratory = [concept("http://snomed.info/sct", "108252007")]
    unknown = api.post("/ServiceRequest", {**resource, "category": laboratory})
    assert refusal(unknown) == (422, "unknown-code", "ServiceRequest.code")
