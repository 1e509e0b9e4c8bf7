"""batch and transaction."""

import json

from osler.clinic.records.models import Encounter, Observation
from osler.kernel.keys import uuid7
from tests.interop.fhir.conftest import height, issues, rows
from tests.interop.fhir.examples import example


def entry(method, url, resource=None, full_url=None, **request):
    made = {"request": {"method": method, "url": url, **request}}
    return {
        **made,
        **({"resource": resource} if resource else {}),
        **({"fullUrl": full_url} if full_url else {}),
    }


def bundle(kind, *entries):
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries)}


def test_a_transaction_links_its_entries(adam, organization, api_of):
    whom, visit = "urn:uuid:" + str(uuid7()), "urn:uuid:" + str(uuid7())
    patient = {"resourceType": "Patient", "name": [{"family": "New"}]}
    encounter = {**example("Encounter", "x"), "subject": {"reference": whom}}
    seen = height("x", subject={"reference": whom}, encounter={"reference": visit})

    answer = api_of(adam).post(
        "",
        bundle(
            "transaction",
            entry("POST", "Observation", seen),
            entry("POST", "Encounter", encounter, visit),
            entry("POST", "Patient", patient, whom),
        ),
    )

    assert [each["response"]["status"] for each in json.loads(answer.content)["entry"]] == ["201"] * 3
    [row] = rows(organization, Observation)
    assert row.encounter_id == rows(organization, Encounter)[0].id


def test_a_transaction_is_all_or_nothing_and_names_its_bad_entry(adam, organization, api_of):
    patient = {"resourceType": "Patient", "name": [{"family": "New"}]}

    answer = api_of(adam).post(
        "",
        bundle(
            "transaction", entry("POST", "Patient", patient), entry("POST", "Observation", height(uuid7()))
        ),
    )

    assert answer.status_code == 422
    assert issues(answer)[0][1].startswith("Bundle.entry[1]")
    assert rows(organization, Observation) == []


def test_entries_of_a_batch_answer_for_themselves(api, chart):
    good, bad = height(chart["Patient"]), {"resourceType": "Observation"}

    answer = api.post(
        "",
        bundle(
            "batch",
            entry("POST", "Observation", good),
            entry("POST", "Observation", bad),
            entry("GET", f"Patient/{chart['Patient']}"),
            entry("GET", "Condition?code=I10"),
            entry("DELETE", "Patient/1"),
        ),
    )

    body = json.loads(answer.content)
    assert [each["response"]["status"] for each in body["entry"]] == ["201", "422", "200", "200", "405"]
    assert body["entry"][3]["resource"]["total"] == 1


def test_a_transaction_updates_with_the_version(api, chart, organization):
    path = f"Observation/{chart['Observation']}"
    changed = {**json.loads(api.get(f"/{path}").content), "status": "amended"}

    stale = api.post("", bundle("transaction", entry("PUT", path, changed, ifMatch='W/"7"')))
    fresh = api.post(
        "", bundle("transaction", entry("PUT", path, changed, ifMatch='W/"1"'), entry("GET", path))
    )

    assert (stale.status_code, fresh.status_code) == (412, 200)
    assert json.loads(fresh.content)["entry"][1]["resource"]["status"] == "amended"
    assert rows(organization, Observation)[0].version == 2
