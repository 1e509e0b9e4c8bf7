"""The FHIR door, interaction by interaction."""

import json

import pytest

from osler.clinic.records.models import Encounter, Observation
from osler.foundation.accounts.models import ApiToken
from osler.foundation.audit.context import acting
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.doors.tokens import forget_callers
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.conftest import new_patient
from tests.interop.fhir.conftest import bring, id_here, issues
from tests.interop.fhir.examples import example


def rows(organization, model):
    with acting(SystemActor(organization.id)):
        return list(model.objects.order_by("id"))


def events(organization, action, entity):
    with acting(SystemActor(organization.id)):
        return list(AuditEvent.objects.filter(action=action, entity=entity))


def height(patient, **more):
    return {"resourceType": "Observation", "status": "final", "code": {"text": "Height"},
            "subject": {"reference": f"Patient/{patient}"}, **more}  # fmt: skip


# Who may come in


@pytest.mark.parametrize("path", ["/Patient", "/Patient/1", "/Patient/1/_history", "/Patient/1/$everything"])
def test_without_a_token_there_is_no_answer(path, db, api_of):
    answer = api_of(None).get(path)

    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert issues(answer) == [("login", "")]


@pytest.mark.parametrize("change", [{"revoked_at": clock.now()}, {"expires_at": clock.now()}])
def test_a_token_that_has_ended_is_no_token(change, api):
    assert api.get("/Patient").status_code == 200

    ApiToken.objects.update(**change)
    forget_callers()

    assert api.get("/Patient").status_code == 401


@pytest.mark.parametrize(
    ("scope", "read", "search", "create", "other"),
    [
        ("user/*.cruds", 200, 200, 201, 200),
        ("user/Observation.rs", 200, 200, 403, 403),
        ("user/Observation.r", 200, 403, 403, 403),
        ("user/Observation.s", 403, 200, 403, 403),
        ("user/Observation.c", 403, 403, 201, 403),
        ("user/Observation.read", 200, 200, 403, 403),
        ("user/Observation.write user/Patient.read", 403, 403, 201, 200),
    ],
)
def test_scopes_narrow_what_a_token_is_for(scope, read, search, create, other, alice, chart, api_of):
    api = api_of(alice, scope)

    assert api.get(f"/Observation/{chart['Observation']}").status_code == read
    assert api.get("/Observation").status_code == search
    assert api.post("/Observation", height(chart["Patient"])).status_code == create
    assert api.get(f"/Patient/{chart['Patient']}").status_code == other


def test_roles_narrow_it_too(chart, bill, bob, lena, adam, api_of):
    key = chart["Observation"]

    assert [api_of(actor).get(f"/Observation/{key}").status_code for actor in (bill, bob, adam)] == [403] * 3
    assert api_of(lena).get(f"/Observation/{key}").status_code == 404  # a vital sign is not the laboratory's
    assert api_of(bob).get(f"/Patient/{chart['Patient']}").status_code == 200


def test_a_patient_reads_his_own_record_and_nobody_elses(dana, dana_patient, chart, organization, api_of):
    bring(organization, {**example("Observation", str(dana_patient.id)), "id": "hers"})
    api = api_of(dana, "patient/*.rs")

    found = api.found("/Observation")

    assert [each["id"] for each in found] == [str(id_here(organization, "Observation", "hers"))]
    assert api.get(f"/Patient/{dana_patient.id}").status_code == 200
    assert api.get(f"/Patient/{chart['Patient']}").status_code == 404
    assert api.get(f"/Patient/{chart['Patient']}/$everything").status_code == 404


# Reading


def test_a_read_leaves_an_event_with_who_and_whose(api, alice, chart, organization):
    before = len(events(organization, "R", "records_observation"))

    api.get(f"/Observation/{chart['Observation']}")

    [event] = events(organization, "R", "records_observation")[: 1 - before or None]
    assert (event.actor_id, event.patient_id, event.entity_id) == (
        alice.user_id, chart["Patient"], chart["Observation"],
    )  # fmt: skip


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


@pytest.mark.parametrize(("accept", "status"), [("application/fhir+json", 200), ("text/html, */*;q=0.1", 200),
                                                ("application/fhir+xml", 406), ("text/html", 406)])  # fmt: skip
def test_only_json_is_spoken(accept, status, api, chart):
    assert api.get(f"/Patient/{chart['Patient']}", HTTP_ACCEPT=accept).status_code == status


def test_metadata_needs_no_token_and_lists_what_the_tables_say(db, api_of):
    body = json.loads(api_of(None).get("/metadata").content)

    kinds = {each["type"]: each for each in body["rest"][0]["resource"]}
    names = {each["name"] for each in kinds["Condition"]["searchParam"]}
    assert body["fhirVersion"] == "4.0.1"
    assert {"patient", "onset-date", "_id", "clinical-status"} <= names
    assert len(kinds) == 146


# Searching


def test_pages_follow_each_other_and_show_everything_once(api, organization, chart):
    more = [{**example("Procedure", "Patient-1"), "id": f"n{n}"} for n in range(7)]
    for index, each in enumerate(more):
        each["performedPeriod"] = {"start": f"2021-01-0{index // 2 + 1}T00:00:00Z"}
    more.append(
        {
            "resourceType": "Procedure",
            "id": "undated",
            "status": "completed",
            "subject": {"reference": "Patient/Patient-1"},
        }
    )
    bring(organization, *more)

    seen, path = [], f"/Procedure?patient={chart['Patient']}&_count=2"
    while path:
        body = json.loads(api.get(path).content)
        seen += [entry["resource"]["id"] for entry in body["entry"]]
        following = [link["url"] for link in body["link"] if link["relation"] == "next"]
        path = following[0].partition("/fhir/R4")[2] if following else ""

    assert len(seen) == len(set(seen)) == 9


@pytest.mark.parametrize("sort", ["date", "-date", "_lastUpdated", "-_lastUpdated", "_id", "-_id"])
def test_every_order_goes_through_all_pages(sort, api, organization, chart):
    bring(
        organization,
        *[
            {**example("Encounter", "Patient-1"), "id": f"e{n}", "period": {"start": f"2020-0{n}-01"}}
            for n in (1, 2, 3)
        ],
    )

    whole = [each["id"] for each in api.found(f"/Encounter?_sort={sort}")]
    first = json.loads(api.get(f"/Encounter?_sort={sort}&_count=3").content)
    rest = next(link["url"] for link in first["link"] if link["relation"] == "next").partition("/fhir/R4")[2]
    paged = [entry["resource"]["id"] for entry in first["entry"]] + [each["id"] for each in api.found(rest)]

    assert paged == whole
    assert len(whole) == 4


def test_counts_are_told_when_asked(api, chart):
    counted = json.loads(api.get("/Condition?_summary=count").content)
    accurate = json.loads(api.get("/Condition?_count=1&_total=accurate").content)

    assert (counted["total"], "entry" in counted, accurate["total"]) == (1, False, 1)


def test_a_form_finds_what_an_address_finds(api, chart):
    answer = api.post("/Condition/_search", "clinical-status=active&patient=" + str(chart["Patient"]),
                      content_type="application/x-www-form-urlencoded")  # fmt: skip

    assert [entry["resource"]["id"] for entry in json.loads(answer.content)["entry"]] == [
        str(chart["Condition"])
    ]


@pytest.mark.parametrize("query", ["clinicalstatus=active", "onset-date=soon", "_count=many", "_after=???", "code:text=x",
                                   "_sort=code", "patient=", "code=%00", "_include=Patient:link"])  # fmt: skip
def test_a_search_that_is_not_understood_is_refused(query, api, chart):
    answer = api.get(f"/Condition?{query}")

    assert answer.status_code == 400
    assert issues(answer)[0][0] == "invalid"


def test_unknown_parameters_pass_for_who_prefers_it_and_find_nothing(api, chart):
    body = json.loads(api.get("/Condition?nonsense=1", HTTP_PREFER="handling=lenient").content)

    assert "entry" not in body


def test_all_criteria_must_hold(api, chart):
    key = chart["Patient"]

    assert len(api.found(f"/Condition?patient={key}&code=I10&clinical-status=active")) == 1
    assert api.found(f"/Condition?patient={key}&code=I10&clinical-status=resolved") == []
    assert api.found(f"/Condition?code:not=I10&patient={key}") == []
    assert len(api.found(f"/Condition?_id={chart['Condition']},{uuid7()}&_lastUpdated=gt2020")) == 1


def test_provenance_and_medication_come_along(api, organization, chart):
    medication = {"resourceType": "Medication", "id": "m", "code": {"text": "x"}}
    request = {
        **example("MedicationRequest", "Patient-1"),
        "id": "with-reference",
        "medicationReference": {"reference": "Medication/m"},
    }
    del request["medicationCodeableConcept"]
    provenance = {"resourceType": "Provenance", "id": "v", "target": [{"reference": "MedicationRequest/with-reference"}],
                  "recorded": "2020-01-01T00:00:00Z", "agent": [{"who": {"display": "x"}}]}  # fmt: skip
    bring(organization, medication, request, provenance)

    answer = api.get(
        f"/MedicationRequest?patient={chart['Patient']}&_include=MedicationRequest:medication&_revinclude=Provenance:target"
    )

    modes = [
        (entry["resource"]["resourceType"], entry["search"]["mode"])
        for entry in json.loads(answer.content)["entry"]
    ]
    assert sorted(modes) == [("Medication", "include"), ("MedicationRequest", "match"), ("MedicationRequest", "match"),
                             ("Provenance", "include")]  # fmt: skip


def test_everything_is_the_compartment_and_whom_it_names(api, chart, organization):
    bring(organization, {"resourceType": "Goal", "id": "g", "lifecycleStatus": "active", "description": {"text": "x"},
                         "subject": {"reference": "Patient/Patient-1"}})  # fmt: skip

    body = json.loads(api.get(f"/Patient/{chart['Patient']}/$everything").content)

    kinds = sorted(entry["resource"]["resourceType"] for entry in body["entry"])
    assert kinds == ["AllergyIntolerance", "CarePlan", "Condition", "DiagnosticReport", "Encounter", "Goal", "Immunization",
                     "MedicationRequest", "MedicationStatement", "Observation", "Patient", "Practitioner", "Procedure",
                     "RelatedPerson", "ServiceRequest"]  # fmt: skip


# Writing


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
        (height(uuid7()), 422, ("not-found", "Observation")),
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


# Bundles


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

    answer = api_of(adam).post("", bundle("transaction", entry("POST", "Observation", seen),
                                          entry("POST", "Encounter", encounter, visit), entry("POST", "Patient", patient, whom)))  # fmt: skip

    assert [each["response"]["status"] for each in json.loads(answer.content)["entry"]] == ["201"] * 3
    [row] = rows(organization, Observation)
    assert row.encounter_id == rows(organization, Encounter)[0].id


def test_a_transaction_is_all_or_nothing_and_names_its_bad_entry(adam, organization, api_of):
    patient = {"resourceType": "Patient", "name": [{"family": "New"}]}

    answer = api_of(adam).post("", bundle("transaction", entry("POST", "Patient", patient),
                                          entry("POST", "Observation", height(uuid7()))))  # fmt: skip

    assert answer.status_code == 422
    assert issues(answer)[0][1].startswith("Bundle.entry[1]")
    assert rows(organization, Observation) == []


def test_entries_of_a_batch_answer_for_themselves(api, chart):
    good, bad = height(chart["Patient"]), {"resourceType": "Observation"}

    answer = api.post("", bundle("batch", entry("POST", "Observation", good), entry("POST", "Observation", bad),
                                 entry("GET", f"Patient/{chart['Patient']}"), entry("GET", "Condition?code=I10"),
                                 entry("DELETE", "Patient/1")))  # fmt: skip

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
