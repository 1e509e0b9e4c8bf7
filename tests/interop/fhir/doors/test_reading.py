"""read and its audit event."""

import json

import pytest

from osler.clinic.records.models import Encounter
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from tests.interop.fhir.conftest import events


def test_a_read_leaves_an_event_with_who_and_whose(api, alice, chart, organization):
    before = len(events(organization, "R", "records_observation"))

    api.get(f"/Observation/{chart['Observation']}")

    [event] = events(organization, "R", "records_observation")[: 1 - before or None]
    assert (event.actor_id, event.patient_id, event.entity_id) == (
        alice.user_id,
        chart["Patient"],
        chart["Observation"],
    )


def test_a_search_leaves_one_event_with_all_who_were_shown(api, chart, organization):
    api.found(f"/Condition?patient={chart['Patient']}")
    api.found("/Condition?code=nothing")

    shown = sorted(event.patient_ids for event in events(organization, "R", "records_condition"))
    assert shown == [[], [chart["Patient"]]]


def test_what_is_foreign_answers_as_what_is_not_there(charlie, chart, api_of):
    api = api_of(charlie)

    foreign, nothing = api.get(f"/Patient/{chart['Patient']}"), api.get(f"/Patient/{uuid7()}")

    assert (foreign.status_code, foreign.content) == (nothing.status_code, nothing.content)


def test_a_version_that_is_known_is_not_sent_again(api, chart):
    answer = api.get(f"/Patient/{chart['Patient']}", HTTP_IF_NONE_MATCH='W/"1"')

    assert (answer.status_code, answer.content) == (304, b"")


def test_a_row_that_was_never_represented_is_still_a_resource(api, organization, dana_patient):
    with acting(SystemActor(organization.id)):
        [row] = Encounter.objects.bulk_create(
            [Encounter(patient_id=dana_patient.id, status="finished", class_code="AMB")]
        )

    got = json.loads(api.get(f"/Encounter/{row.id}").content)

    assert got["subject"] == {"reference": f"Patient/{dana_patient.id}"}
    assert [each["id"] for each in api.found(f"/Encounter?patient={dana_patient.id}")] == [str(row.id)]


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("application/fhir+json", 200),
        ("text/html, */*;q=0.1", 200),
        ("application/fhir+xml", 406),
        ("text/html", 406),
    ],
)
def test_only_json_is_spoken(accept, status, api, chart):
    assert api.get(f"/Patient/{chart['Patient']}", HTTP_ACCEPT=accept).status_code == status


def test_metadata_needs_no_token_and_lists_what_the_tables_say(db, api_of):
    body = json.loads(api_of(None).get("/metadata").content)

    kinds = {each["type"]: each for each in body["rest"][0]["resource"]}
    names = {each["name"] for each in kinds["Condition"]["searchParam"]}
    assert body["fhirVersion"] == "4.0.1"
    assert {"patient", "onset-date", "_id", "clinical-status"} <= names
    assert len(kinds) == 146
