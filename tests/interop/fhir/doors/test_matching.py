"""Patient/$match: who, how sure, for whom, and what is written down."""

import json
from datetime import date

import pytest

from osler.clinic.patients.models import Patient
from osler.interop.fhir.doors.matching import GRADE
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events

DANA = {
    "resourceType": "Patient",
    "name": [{"family": "Rivera", "given": ["Dana"]}],
    "birthDate": "1980-03-14",
    "gender": "female",
    "telecom": [{"system": "phone", "value": "555-201-3344"}],
}


@pytest.fixture
def desk(bob, api_of):
    return api_of(bob)


def parameters(resource: object = DANA, **more: object) -> dict[str, object]:
    found: list[dict[str, object]] = [{"name": "resource", "resource": resource}]
    for name, value in more.items():
        kind = "valueBoolean" if isinstance(value, bool) else "valueInteger"
        found.append({"name": name, kind: value})
    return {"resourceType": "Parameters", "parameter": found}


def graded(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 200, answer.content
    body = json.loads(answer.content)
    assert (body["resourceType"], body["type"], body["total"]) == (
        "Bundle",
        "searchset",
        len(body.get("entry", [])),
    )
    found = []
    for entry in body.get("entry", ()):
        [extension] = entry["search"]["extension"]
        assert (extension["url"], entry["search"]["mode"]) == (GRADE, "match")
        assert entry["fullUrl"].endswith(f"/Patient/{entry['resource']['id']}")
        found.append((entry["resource"]["id"], extension["valueCode"]))
    return found


@pytest.fixture
def crowd(organization) -> dict[str, Patient]:
    return {
        "twin": new_patient(organization),
        "sister": new_patient(organization, given="Zoe"),
        "namesake": new_patient(organization, birth_date=None, phone="", given="Dana"),
        "stranger": new_patient(
            organization, given="Hugo", family="Stein", phone="", birth_date=date(1950, 1, 2)
        ),
    }


def test_patients_are_graded_the_likeliest_first(desk, crowd):
    assert graded(desk.post("/Patient/$match", parameters())) == [
        (str(crowd["twin"].id), "certain"),
        (str(crowd["sister"].id), "probable"),
        (str(crowd["namesake"].id), "possible"),
    ]
    assert len(graded(desk.post("/Patient/$match", parameters(count=1)))) == 1


def test_scores_fall_and_only_the_certain_may_be_one(desk, crowd):
    body = json.loads(desk.post("/Patient/$match", parameters()).content)

    scores = [entry["search"]["score"] for entry in body["entry"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > 0.99 >= scores[1]


def test_only_the_one_certain_match_is_returned_and_of_two_neither(desk, crowd, organization):
    assert graded(desk.post("/Patient/$match", parameters(onlyCertainMatches=True))) == [
        (str(crowd["twin"].id), "certain")
    ]
    new_patient(organization)
    assert graded(desk.post("/Patient/$match", parameters(onlyCertainMatches=True))) == []


def test_what_says_nothing_matches_nobody(desk, organization):
    new_patient(
        organization, given="Baby Boy", family="Unknown", birth_date=date(1900, 1, 1), phone="999-999-9999"
    )
    nobody = {
        "resourceType": "Patient",
        "name": [{"family": "Unknown", "given": ["Baby", "Boy"]}],
        "birthDate": "1900-01-01",
        "telecom": [{"system": "phone", "value": "999-999-9999"}],
    }
    assert graded(desk.post("/Patient/$match", parameters(nobody))) == []
    assert graded(desk.post("/Patient/$match", parameters({"resourceType": "Patient"}))) == []


def test_who_was_shown_is_written_down_also_when_it_is_nobody(desk, crowd, organization):
    desk.post("/Patient/$match", parameters(count=1))
    desk.post("/Patient/$match", parameters({"resourceType": "Patient"}))

    told = [one for one in events(organization, "R", "patients_patient") if one.detail == "FHIR $match"]
    assert sorted(one.patient_ids for one in told) == [[], [crowd["twin"].id]]


@pytest.mark.parametrize(
    "body",
    [
        DANA,
        {"resourceType": "Parameters"},
        {"resourceType": "Parameters", "parameter": [{"name": "resource", "valueString": "Dana"}]},
        parameters({"resourceType": "Practitioner"}),
        parameters(count=0),
        parameters(count=True),
        parameters({"resourceType": "Patient", "birthDate": "soon"}),
    ],
)
def test_what_is_not_asked_properly_is_refused(desk, crowd, body):
    answer = desk.post("/Patient/$match", body)

    assert answer.status_code in (400, 422)
    assert json.loads(answer.content)["resourceType"] == "OperationOutcome"


def test_strangers_patients_and_tokens_without_the_scope_learn_nothing(api_of, bob, charlie, dana, crowd):
    assert graded(api_of(charlie).post("/Patient/$match", parameters())) == []
    assert api_of(dana).post("/Patient/$match", parameters()).status_code == 403
    assert api_of(bob, scope="user/Patient.r").post("/Patient/$match", parameters()).status_code == 403


def test_metadata_names_the_operation(desk):
    rest = json.loads(desk.get("/metadata").content)["rest"][0]

    [patient] = [one for one in rest["resource"] if one["type"] == "Patient"]
    assert {
        "name": "match",
        "definition": "http://hl7.org/fhir/OperationDefinition/Patient-match",
    } in patient["operation"]
