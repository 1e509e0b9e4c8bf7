"""Visits, vital signs and notes over FHIR: the deeds of the pages, their refusals, their news."""

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import (
    ClinicalNote,
    Encounter,
    Observation,
)
from osler.clinic.records.notes.writing import autosave_note, open_note
from tests.interop.fhir.conftest import height, rows
from tests.interop.fhir.deeds import (
    LOINC,
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
    put,
    refusal,
    state,
    visit,
)

pytestmark = pytest.mark.usefixtures("diagnoses")


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
