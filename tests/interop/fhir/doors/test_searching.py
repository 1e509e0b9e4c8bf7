"""search: pages, order, criteria, includes."""

import json

import pytest

from osler.kernel.keys import uuid7
from tests.interop.fhir.conftest import bring, issues
from tests.interop.fhir.examples import example


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
    answer = api.post(
        "/Condition/_search",
        "clinical-status=active&patient=" + str(chart["Patient"]),
        content_type="application/x-www-form-urlencoded",
    )

    assert [entry["resource"]["id"] for entry in json.loads(answer.content)["entry"]] == [
        str(chart["Condition"])
    ]


@pytest.mark.parametrize(
    "query",
    [
        "clinicalstatus=active",
        "onset-date=soon",
        "_count=many",
        "_after=???",
        "code:text=x",
        "_sort=code",
        "patient=",
        "code=%00",
        "_include=Patient:link",
    ],
)
def test_a_search_that_is_not_understood_is_refused(query, api, chart):
    answer = api.get(f"/Condition?{query}")

    assert answer.status_code == 400
    assert issues(answer)[0][0] == "invalid"


def test_unknown_parameters_are_passed_over_for_who_prefers_it_and_the_self_link_says_so(api, chart):
    body = json.loads(api.get("/Condition?nonsense=1&code=I10", HTTP_PREFER="handling=lenient").content)

    assert len(body["entry"]) == 1
    assert body["link"][0]["url"].endswith("/Condition?code=I10")


def test_a_search_that_is_refused_names_the_parameter(api, chart):
    asked = ("date=ge2020-13", "nonsense=1", "_count=x", "_include=Patient:link", "code:above=1", "_sort=x")

    places = [issues(api.get(f"/Observation?{query}"))[0][1] for query in asked]

    assert places == ["http.date", "http.nonsense", "http._count", "http._include", "http.code", "http._sort"]


def test_a_foreign_host_is_no_error_of_ours(api, chart):
    assert api.get("/Patient", HTTP_HOST="evil.test").status_code == 400


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
    provenance = {
        "resourceType": "Provenance",
        "id": "v",
        "target": [{"reference": "MedicationRequest/with-reference"}],
        "recorded": "2020-01-01T00:00:00Z",
        "agent": [{"who": {"display": "x"}}],
    }
    bring(organization, medication, request, provenance)

    answer = api.get(
        f"/MedicationRequest?patient={chart['Patient']}&_include=MedicationRequest:medication&_revinclude=Provenance:target"
    )

    modes = [
        (entry["resource"]["resourceType"], entry["search"]["mode"])
        for entry in json.loads(answer.content)["entry"]
    ]
    assert sorted(modes) == [
        ("Medication", "include"),
        ("MedicationRequest", "match"),
        ("MedicationRequest", "match"),
        ("Provenance", "include"),
    ]


def test_everything_is_the_compartment_and_whom_it_names(api, chart, organization):
    bring(
        organization,
        {
            "resourceType": "Goal",
            "id": "g",
            "lifecycleStatus": "active",
            "description": {"text": "x"},
            "subject": {"reference": "Patient/Patient-1"},
        },
    )

    body = json.loads(api.get(f"/Patient/{chart['Patient']}/$everything").content)

    kinds = sorted(entry["resource"]["resourceType"] for entry in body["entry"])
    assert kinds == [
        "AllergyIntolerance",
        "Appointment",
        "CarePlan",
        "ChargeItem",
        "Communication",
        "Composition",
        "Condition",
        "Consent",
        "Coverage",
        "DiagnosticReport",
        "Encounter",
        "Flag",
        "Goal",
        "Immunization",
        "Invoice",
        "MedicationRequest",
        "MedicationStatement",
        "Observation",
        "Patient",
        "Practitioner",
        "Procedure",
        "QuestionnaireResponse",
        "RelatedPerson",
        "ServiceRequest",
    ]
