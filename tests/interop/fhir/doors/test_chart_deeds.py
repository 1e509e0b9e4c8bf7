"""Entries in a chart over FHIR: the deeds of the pages, their refusals, their news."""

import json

import pytest

from osler.clinic.records.encounters.visit import finish_encounter, start_encounter
from osler.clinic.records.models import (
    AllergyIntolerance,
    ClinicalNote,
    Condition,
    Encounter,
    MedicationRequest,
    MedicationStatement,
    Observation,
    ServiceRequest,
)
from osler.clinic.records.notes.writing import autosave_note, open_note
from tests.clinic.records.code_sets import load_few_diagnoses
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events, height, rows
from tests.interop.fhir.deeds import (
    LOINC,
    SYSTEM,
    allergy,
    announced,
    concept,
    diagnosis,
    in_visit,
    made,
    of,
    order,
    prescription,
    problem,
    refusal,
    state,
    visit,
)


@pytest.fixture(scope="session", autouse=True)
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


def put(api, name, resource, version="1", **more):
    path = f"/{name}/{resource['id']}"
    return api.put(path, {**resource, **more}, HTTP_IF_MATCH=f'W/"{version}"')


def coded(system, code):
    return concept(SYSTEM + system, code)


def note(patient, encounter_id, **more):
    words = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Rest</p></div>'
    asked = {
        "status": "preliminary",
        "type": concept(LOINC, "11506-3"),
        "date": "2027-03-01T13:00:00Z",
        "author": [{"display": "Dr. Bell"}],
        "title": "Progress note",
        "section": [{"title": "Plan", "text": {"status": "generated", "div": words}}],
        **in_visit(encounter_id),
    }
    return of("Composition", patient, **{**asked, **more})


def vital(patient, code, value, unit, **more):
    asked = {
        "status": "final",
        "category": [coded("observation-category", "vital-signs")],
        "code": concept(LOINC, code),
        "valueQuantity": {"value": value, **({"unit": unit} if unit else {})},
    }
    return of("Observation", patient, **{**asked, **more})


# Encounter


def test_a_visit_is_started_and_finished_by_the_deeds(api, alice, dana_patient, organization):
    started = made(api.post("/Encounter", visit(dana_patient)))
    finished = made(put(api, "Encounter", started, status="finished"))

    [row] = rows(organization, Encounter)
    assert (row.status, row.practitioner_id, row.finished_at is not None) == (
        "finished",
        alice.practitioner_id,
        True,
    )
    assert announced(organization) == ["EncounterStarted", "EncounterFinished"]
    assert finished["extension"] == started["extension"] == visit(dana_patient)["extension"]
    assert finished["period"]["end"]


def test_an_unsigned_note_holds_a_visit_open(api, act, alice, dana_patient, open_visit, organization):
    with act(alice):
        draft = open_note(open_visit, actor=alice)
        autosave_note(draft, parts={"plan": "Rest"}, version=1, actor=alice)
    seen = made(api.get(f"/Encounter/{open_visit.id}"))
    before = state(organization)

    answer = put(api, "Encounter", seen, status="finished")

    assert refusal(answer) == (409, "unsigned-note", "Encounter")
    assert state(organization) == before


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


# A visit that is over


def test_nothing_is_added_to_a_visit_that_is_over(api, dana_patient, closed_visit, organization):
    here = in_visit(closed_visit.id)
    sent = {
        "Observation": height(dana_patient.id, **here),
        "MedicationRequest": prescription(dana_patient, closed_visit.id),
        "Condition": diagnosis(dana_patient, "I10", **here),
        "AllergyIntolerance": allergy(dana_patient, **here),
        "ServiceRequest": order(dana_patient, closed_visit.id),
        "Composition": note(dana_patient, closed_visit.id),
        "CarePlan": of("CarePlan", dana_patient, status="active", intent="plan", **here),
    }
    before = state(organization)

    answers = {name: refusal(api.post(f"/{name}", resource)) for name, resource in sent.items()}

    assert set(answers.values()) == {(409, "encounter-closed", name) for name in sent}
    assert state(organization) == before


def test_nothing_is_moved_into_a_visit_that_is_over(api, dana_patient, closed_visit, organization):
    made_here = made(api.post("/Observation", height(dana_patient.id)))

    answer = put(api, "Observation", made_here, **in_visit(closed_visit.id))

    assert refusal(answer) == (409, "encounter-closed", "Observation")
    assert rows(organization, Observation)[0].encounter_id is None


# Observation


@pytest.mark.parametrize(
    ("code", "value", "unit", "word"),
    [
        ("8867-4", 72, "", "missing-unit"),
        ("8867-4", 72, "mg", "unknown-unit"),
        ("8310-5", 98.6, "Cel", "implausible"),
        ("29463-7", 170, "kg", "weight-changed"),
    ],
)
def test_a_vital_sign_is_weighed_as_at_the_bench(code, value, unit, word, api, dana_patient, organization):
    made(api.post("/Observation", vital(dana_patient, "29463-7", 80, "kg")))
    before = state(organization)

    answer = api.post("/Observation", vital(dana_patient, code, value, unit))

    status = 409 if word == "weight-changed" else 422
    assert refusal(answer) == (status, word, "Observation.valueQuantity")
    assert state(organization) == before


def test_a_weight_that_is_meant_is_taken(api, dana_patient):
    made(api.post("/Observation", vital(dana_patient, "29463-7", 80, "kg")))
    sure = {"extension": [{"url": "urn:osler:confirmed", "valueBoolean": True}]}

    made(api.post("/Observation", vital(dana_patient, "29463-7", 170, "kg", **sure)))


def test_the_first_vital_signs_triage_who_has_arrived(api_of, act, nina, dana_patient, organization):
    with act(nina):
        begun = start_encounter(dana_patient, actor=nina)

    made(api_of(nina).post("/Observation", vital(dana_patient, "8867-4", 72, "/min", **in_visit(begun.id))))

    assert rows(organization, Encounter)[0].status == "triaged"


def test_the_components_follow_an_update(api, dana_patient, organization):
    def pressure(systolic):
        return [
            {"code": concept(LOINC, code), "valueQuantity": {"value": value, "unit": "mm[Hg]"}}
            for code, value in (("8480-6", systolic), ("8462-4", 80))
        ]

    resource = height(dana_patient.id, component=pressure(120))
    asked = made(api.post("/Observation", resource))

    made(put(api, "Observation", asked, component=pressure(130)))

    from osler.clinic.records.models import ObservationComponent

    stored = {row.position: int(row.value) for row in rows(organization, ObservationComponent)}
    assert stored == {0: 130, 1: 80}


# Composition


def test_a_note_is_begun_written_and_signed(api, alice, dana_patient, open_visit, organization):
    begun = made(api.post("/Composition", note(dana_patient, open_visit.id)))
    assert refusal(api.post("/Composition", note(dana_patient, open_visit.id)))[:2] == (409, "note-begun")

    signed = made(put(api, "Composition", begun, status="final"))

    [row] = rows(organization, ClinicalNote)
    assert (row.status, row.plan, row.author_id) == ("final", "Rest", alice.practitioner_id)
    assert announced(organization)[-1] == "NoteSigned"
    closed = put(api, "Composition", signed, version=row.version, title="Other")
    assert refusal(closed) == (409, "note-closed", "Composition")
    assert closed.status_code == 409


def test_later_words_are_an_addendum(api, dana_patient, open_visit, organization):
    signed = made(api.post("/Composition", note(dana_patient, open_visit.id, status="final")))
    assert signed["meta"]["versionId"] == "2"
    target = {"code": "appends", "targetReference": {"reference": f"Composition/{signed['id']}"}}

    made(api.post("/Composition", note(dana_patient, open_visit.id, status="final", relatesTo=[target])))

    first, second = rows(organization, ClinicalNote)
    assert (first.status, second.status, second.amends_id) == ("amended", "final", first.id)


def test_a_note_has_the_sections_of_the_clinic(api, dana_patient, open_visit, organization):
    resource = note(dana_patient, open_visit.id)
    resource["section"][0]["title"] = "Hunch"

    answer = api.post("/Composition", resource)

    assert refusal(answer) == (422, "business-rule", "Composition.section")
    assert rows(organization, ClinicalNote) == []
