"""create and update."""

import json

import pytest

from osler.clinic.records.models import Observation
from osler.kernel.keys import uuid7
from tests.conftest import new_patient
from tests.interop.fhir.conftest import events, height, issues, rows
from tests.interop.fhir.examples import example


def test_a_created_resource_has_an_id_a_version_and_an_address(api, chart, organization):
    answer = api.post(
        "/Observation", height(chart["Patient"], extension=[{"url": "urn:x", "valueDecimal": 1}])
    )

    body = json.loads(answer.content)
    assert answer.status_code == 201
    assert answer["Location"].endswith(f"/fhir/R4/Observation/{body['id']}/_history/1")
    assert (answer["ETag"], body["meta"]["versionId"]) == ('W/"1"', "1")
    assert body["extension"] == [{"url": "urn:x", "valueDecimal": 1}]
    [event] = [
        each for each in events(organization, "C", "records_observation") if str(each.entity_id) == body["id"]
    ]
    assert event.patient_id == chart["Patient"]


@pytest.mark.parametrize(
    ("body", "status", "issue"),
    [
        ("{", 400, ("structure", "")),
        ([], 422, ("structure", "Resource")),
        ({"resourceType": "Observation"}, 422, ("required", "Observation.status")),
        ({"resourceType": "Patient"}, 400, ("invalid", "Patient")),
        (height("x", status="done"), 422, ("code-invalid", "Observation.status")),
        (height(uuid7()), 422, ("not-found", "Observation.subject.reference")),
        (
            {"resourceType": "Observation", "status": "final", "code": {"text": "x"}},
            422,
            ("required", "Observation.subject"),
        ),
    ],
)
def test_what_cannot_be_created_is_told_with_its_place_and_leaves_nothing(
    body, status, issue, api, organization, chart
):
    before = len(rows(organization, Observation))

    answer = api.post("/Observation", body)

    assert (answer.status_code, issues(answer)[0]) == (status, issue)
    assert len(rows(organization, Observation)) == before


def test_who_may_not_write_does_not(bob, bill, chart, organization, api_of):
    before = len(rows(organization, Observation))

    answers = [
        api_of(actor).post("/Observation", height(chart["Patient"])).status_code for actor in (bob, bill)
    ]

    assert answers == [403, 403]
    assert len(rows(organization, Observation)) == before


def test_a_patient_of_another_clinic_cannot_be_written_about(charlie, chart, api_of, organization):
    answer = api_of(charlie).post("/Observation", height(chart["Patient"]))

    assert (answer.status_code, issues(answer)[0][0]) == (422, "not-found")


def test_an_update_needs_the_version_and_refuses_an_old_one(api, chart, organization):
    path = f"/Observation/{chart['Observation']}"
    changed = {**json.loads(api.get(path).content), "status": "amended"}

    without = api.put(path, changed)
    first = api.put(path, changed, HTTP_IF_MATCH='W/"1"')
    second = api.put(path, changed, HTTP_IF_MATCH='W/"1"')

    assert [each.status_code for each in (without, first, second)] == [428, 200, 412]
    assert first["ETag"] == 'W/"2"'
    assert [row.version for row in rows(organization, Observation)] == [2]


def test_every_version_can_be_read_again(api, chart):
    path = f"/Observation/{chart['Observation']}"
    original = json.loads(api.get(path).content)
    api.put(path, {**original, "status": "amended"}, HTTP_IF_MATCH='W/"1"')

    history = json.loads(api.get(f"{path}/_history").content)

    assert [entry["resource"]["status"] for entry in history["entry"]] == ["amended", "final"]
    assert history["total"] == 2
    assert json.loads(api.get(f"{path}/_history/1").content) == original
    assert json.loads(api.get(f"{path}/_history/2").content)["status"] == "amended"
    assert api.get(f"{path}/_history/3").status_code == 404


def test_a_resource_never_moves_to_another_patient(api, chart, organization):
    other = new_patient(organization)
    path = f"/Observation/{chart['Observation']}"
    moved = {**json.loads(api.get(path).content), "subject": {"reference": f"Patient/{other.id}"}}

    answer = api.put(path, moved, HTTP_IF_MATCH='W/"1"')

    assert (answer.status_code, issues(answer)[0][0]) == (422, "business-rule")
    assert rows(organization, Observation)[0].patient_id == chart["Patient"]


def test_a_status_takes_the_steps_of_the_clinic(api, chart, organization):
    path = f"/Encounter/{chart['Encounter']}"
    back = {**json.loads(api.get(path).content), "status": "planned"}

    answer = api.put(path, back, HTTP_IF_MATCH='W/"1"')

    assert (answer.status_code, issues(answer)) == (422, [("business-rule", "Encounter.status")])


@pytest.mark.parametrize("method", ["delete", "patch"])
def test_nothing_is_deleted(method, api, chart):
    assert api.send(method, f"/Observation/{chart['Observation']}", {}).status_code == 405


def test_a_conditional_create_makes_one(api, chart, organization):
    body = height(chart["Patient"], identifier=[{"system": "urn:x", "value": "1"}])

    answers = [api.post("/Observation", body, HTTP_IF_NONE_EXIST="identifier=urn:x|1") for _ in range(3)]

    assert [each.status_code for each in answers] == [201, 200, 200]
    assert len({json.loads(each.content)["id"] for each in answers}) == 1
    assert len(rows(organization, Observation)) == 2


def test_the_same_key_gets_the_first_answer_and_another_body_is_refused(api, chart, organization):
    body = height(chart["Patient"])

    first, second = (api.post("/Observation", body, HTTP_IDEMPOTENCY_KEY="k") for _ in range(2))
    other = api.post("/Observation", {**body, "status": "amended"}, HTTP_IDEMPOTENCY_KEY="k")

    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert first.content == second.content
    assert len(rows(organization, Observation)) == 2


def test_a_new_patient_cannot_take_the_identifier_of_another(bob, chart, organization, api_of):
    body = {k: v for k, v in example("Patient", "").items() if k in ("resourceType", "identifier")}

    answer = api_of(bob).post("/Patient", {**body, "name": [{"family": "Other"}]})

    assert (answer.status_code, issues(answer)) == (409, [("conflict", "Patient.identifier")])
