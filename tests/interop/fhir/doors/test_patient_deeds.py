"""Patients over FHIR: registered and amended; and what metadata says is possible."""

import json

import pytest

from osler.clinic.patients.models import Patient, PatientIdentifier
from osler.interop.fhir.tables import TABLES
from osler.kernel.keys import uuid7
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events, height, rows
from tests.interop.fhir.deeds import announced, made, refusal, state, visit
from tests.interop.fhir.doors.test_bundles import bundle, entry

DANA = {
    "resourceType": "Patient",
    "extension": [{"url": "urn:example:kept", "valueString": "kept"}],
    "identifier": [{"system": "urn:example:mrn", "value": "77"}],
    "name": [{"family": "Rivera", "given": ["Dana"]}],
    "birthDate": "1980-03-14",
    "gender": "female",
    "telecom": [{"system": "phone", "value": "555-201-3344"}],
}


@pytest.fixture
def desk(bob, api_of):
    return api_of(bob)


def test_a_patient_is_registered(desk, organization):
    answer = made(desk.post("/Patient", DANA))

    [row] = rows(organization, Patient)
    assert (row.family, bool(row.mrn)) == ("Rivera", True)
    assert [each.value for each in rows(organization, PatientIdentifier)] == ["77"]
    assert announced(organization) == ["PatientRegistered"]
    assert answer["extension"] == DANA["extension"]
    assert answer["identifier"] == DANA["identifier"]
    assert len(desk.found("/Patient?identifier=77")) == 1


def test_a_likely_duplicate_is_refused_until_it_is_named_as_somebody_else(desk, organization):
    twin = new_patient(organization)
    before = state(organization)

    answer = desk.post("/Patient", DANA)

    assert refusal(answer) == (409, "likely-duplicate", "Patient")
    assert f"Patient/{twin.id} " in json.loads(answer.content)["issue"][1]["diagnostics"]
    assert state(organization) == before
    [event] = [one for one in events(organization, "R", "patients_patient") if one.detail == "FHIR refusal"]
    assert event.patient_ids == [twin.id]

    other = {"url": "urn:osler:not-same-as", "valueReference": {"reference": f"Patient/{twin.id}"}}
    kept = made(desk.post("/Patient", {**DANA, "extension": [other]}))
    assert kept["extension"] == [other]
    assert len(rows(organization, Patient)) == 2


@pytest.mark.parametrize(
    ("more", "word", "place"),
    [
        ({"birthDate": "2999-01-01"}, "birth-date-impossible", "Patient.birthDate"),
        ({"name": [{"text": " "}]}, "name-missing", "Patient.name"),
    ],
)
def test_what_the_desk_could_not_register_is_refused(more, word, place, desk, organization):
    answer = desk.post("/Patient", {**DANA, **more})

    assert answer.status_code == 422
    assert refusal(answer) in ((422, word, place), (422, "value", "Patient.name[0].text"))
    assert rows(organization, Patient) == []


def test_a_patient_is_amended(desk, organization):
    asked = made(desk.post("/Patient", DANA))
    path = f"/Patient/{asked['id']}"

    moved = made(desk.put(path, {**asked, "address": [{"city": "Salem"}]}, HTTP_IF_MATCH='W/"1"'))
    text_alone = made(desk.put(path, {**moved, "photo": [{"title": "x"}]}, HTTP_IF_MATCH='W/"2"'))

    assert rows(organization, Patient)[0].city == "Salem"
    assert announced(organization) == ["PatientRegistered", "PatientAmended"]
    assert (text_alone["photo"], text_alone["meta"]["versionId"]) == ([{"title": "x"}], "3")
    before = state(organization)
    future = desk.put(path, {**text_alone, "birthDate": "2999-01-01"}, HTTP_IF_MATCH='W/"3"')
    assert refusal(future) == (422, "birth-date-impossible", "Patient.birthDate")
    assert state(organization) == before


def test_deeds_of_a_transaction_are_all_or_nothing(nina, api_of, organization):
    api = api_of(nina)
    whom, where = f"urn:uuid:{uuid7()}", f"urn:uuid:{uuid7()}"
    begun = {**visit(Patient()), "subject": {"reference": whom}}
    seen = height("x", subject={"reference": whom}, encounter={"reference": where})
    entries = [
        entry("POST", "Observation", seen),
        entry("POST", "Encounter", begun, where),
        entry("POST", "Patient", DANA, whom),
    ]
    before = state(organization)

    early = entry("POST", "Encounter", {**begun, "status": "finished"})
    refused = api.post("", bundle("transaction", *entries, early))
    assert refusal(refused) == (422, "business-rule", "Bundle.entry[3].resource.status")
    assert state(organization) == before

    assert api.post("", bundle("transaction", *entries)).status_code == 200
    assert sorted(announced(organization)) == ["EncounterStarted", "PatientRegistered"]


def test_entries_of_a_batch_are_refused_one_by_one(desk, organization):
    new_patient(organization)
    somebody = {**DANA, "name": [{"family": "Quist"}], "birthDate": "1933-01-01", "telecom": []}
    del somebody["telecom"]

    answer = desk.post(
        "", bundle("batch", entry("POST", "Patient", DANA), entry("POST", "Patient", somebody))
    )

    answers = [each["response"] for each in json.loads(answer.content)["entry"]]
    assert [each["status"] for each in answers] == ["409", "201"]
    assert answers[0]["outcome"]["issue"][0]["expression"] == ["Bundle.entry[0].resource"]
    assert announced(organization) == ["PatientRegistered"]


def test_metadata_names_the_writes_that_are_possible(api, adam, api_of):
    statement = json.loads(api.get("/metadata").content)
    declared = {
        each["type"]: {code["code"] for code in each["interaction"]} & {"create", "update"}
        for each in statement["rest"][0]["resource"]
    }
    closed = {name for name, codes in declared.items() if not codes}

    assert closed >= {"Schedule", "AuditEvent", "Bundle"}
    assert {name for name, codes in declared.items() if codes == {"create", "update"}} >= {
        *(name for name, table in TABLES.items() if table.create is not None),
        "Observation",
        "DocumentReference",
    }
    for name in closed:
        assert api_of(adam).post(f"/{name}", {"resourceType": name}).status_code == 405, name
