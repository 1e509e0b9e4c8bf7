"""Types whose texts are made when asked for: who reads them, how they are found, that nothing writes them."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.communication.threads import send_message
from osler.clinic.insurance.covering import amend_coverage
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.doors.tokens import forget_callers
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.verdict import validate
from osler.kernel.keys import uuid7
from tests.conftest import new_patient, new_portal_actor
from tests.interop.fhir.conftest import Api, bring, events, issues
from tests.interop.fhir.deeds import state
from tests.interop.fhir.examples import example
from tests.interop.fhir.holdings import (
    LIVE,
    MEMBER,
    as_reader,
    charged,
    clinic,
    insured,
    invoice,
    prices,
    said,
    sign_and_answer,
    signed,
    thread,
    visit,
)

__all__ = ["as_reader", "charged", "clinic", "insured", "invoice", "prices", "signed", "thread", "visit"]


@pytest.mark.parametrize(
    ("name", "asked", "number"),
    [
        ("Coverage", "status=active", 1),
        ("Coverage", "status=cancelled", 0),
        ("ChargeItem", "code=4548-4", 1),
        ("ChargeItem", "code=http://loinc.org|4548-4", 0),
        ("ChargeItem", "occurrence=2026-03-02", 2),
        ("ChargeItem", "occurrence=gt2026-03-02", 0),
        ("Invoice", "status=issued", 1),
        ("Invoice", "status=balanced,cancelled", 0),
        ("Invoice", "date=ge2026-01-01", 1),
        ("Invoice", "date=lt2026-01-01", 0),
        ("Invoice", "identifier=INV-000001", 1),
        ("Invoice", "identifier=urn:osler:invoice-number|INV-000001", 1),
        ("Invoice", "identifier=urn:example|INV-000001", 0),
        ("Invoice", "identifier=CRN-000001", 0),
        ("Invoice", "identifier=1", 0),
        ("Communication", "status=completed", 2),
        ("Communication", "status=in-progress", 0),
        ("Communication", "status:not=completed", 0),
        ("Communication", "sent=gt2020", 2),
        ("Communication", "sent=lt2020", 0),
        ("Communication", "received=gt2020", 0),
        ("Consent", "status=active", 1),
        ("Consent", "status=inactive", 0),
        ("Consent", "date=gt2020", 1),
        ("QuestionnaireResponse", "status=completed", 1),
        ("QuestionnaireResponse", "authored=lt2020", 0),
    ],
)
def test_each_search_finds_what_it_asks_for(name, asked, number, clinic, as_reader, dana_patient):
    api = as_reader(name)

    assert len(api.found(f"/{name}?{asked}")) == number
    assert len(api.found(f"/{name}?patient={dana_patient.id}&{asked}")) == number
    assert json.loads(api.get(f"/{name}?{asked}&_summary=count").content)["total"] == number


@pytest.mark.parametrize("name", LIVE)
def test_who_may_read_is_what_the_clinic_says(name, request, clinic, dana_patient):
    may = {
        "ChargeItem": {"bill"},
        "Communication": {"alice", "nina", "dana", "dora"},
        "Consent": {"bob", "alice", "nina", "petra", "dana", "dora"},
        "Coverage": {"bill", "bob", "alice", "nina", "dana", "dora"},
        "QuestionnaireResponse": {"alice", "nina", "dana", "dora"},
        "Invoice": {"bill", "dana", "dora"},  # not the desk: it would show which services there were
    }[name]
    for who in ("alice", "nina", "bob", "bill", "lena", "adam", "petra", "dana", "dora"):
        api = Api(request.getfixturevalue(who), "patient/*.rs" if who in ("dana", "dora") else "user/*.rs")
        read = api.get(f"/{name}/{clinic[name][0]}").status_code
        history = api.get(f"/{name}/{clinic[name][0]}/_history").status_code
        found = [each["id"] for each in api.found(f"/{name}")]

        assert (read, history) == ((200, 200) if who in may else (404, 404)), who
        assert sorted(found) == ([str(key) for key in clinic[name]] if who in may else []), who


@pytest.mark.parametrize("name", LIVE)
def test_what_came_from_elsewhere_is_read_as_before_and_ours_is_not(name, clinic, api, adam, dana_patient):
    made = json.loads(Api(adam).post(f"/{name}", example(name, str(dana_patient.id))).content)["id"]

    found = {each["id"] for each in api.found(f"/{name}")}

    ours = {str(key) for key in clinic[name]} if name not in ("ChargeItem", "Invoice") else set()
    assert found == {made} | ours  # physicians see no money of the clinic's
    assert api.get(f"/{name}/{made}").status_code == 200


@pytest.mark.parametrize("name", LIVE)
def test_another_patient_and_another_clinic_find_nothing(name, clinic, organization, charlie):
    ann = new_portal_actor(new_patient(organization, given="Ann", family="Other"), "Ann Other")
    for api in (Api(ann, "patient/*.rs"), Api(charlie)):
        answer, searched = api.get(f"/{name}/{clinic[name][0]}"), api.get(f"/{name}")
        assert answer.status_code in (403, 404)
        assert searched.status_code == 403 or "entry" not in json.loads(searched.content)


@pytest.mark.parametrize("name", LIVE)
def test_every_reading_leaves_its_event(name, clinic, as_reader, organization, dana_patient):
    entity = TABLES[name].model._meta.db_table
    api, key = as_reader(name), clinic[name][0]
    before = len(events(organization, "R", entity))

    said(api, name, key)
    api.found(f"/{name}")

    read, searched = sorted(events(organization, "R", entity), key=lambda each: each.id)[before:]
    assert (read.entity_id, read.patient_id) == (key, dana_patient.id)
    assert searched.patient_ids == [dana_patient.id]


@pytest.mark.parametrize("name", LIVE)
def test_a_search_needs_no_more_statements_for_more_rows(
    name, act, clinic, charged, alice, bill, insured, thread, signed, as_reader
):
    def found():
        forget_callers()
        api = as_reader(name)
        with CaptureQueriesContext(connection) as captured:
            count = len(api.found(f"/{name}"))
        return count, len(captured)

    few, before = found()
    for rank in (2, 3):
        charge = charged()
        with act(bill):
            issue_invoice([charge], actor=bill)
        with act(alice):
            send_message(thread, body="And drink enough.", actor=alice)
        with act(SystemActor(insured.organization_id)):
            insured.pk, insured.priority, insured._state.adding = uuid7(), rank, True
            insured.member_id = f"W{rank}"
            insured.save()
            sign_and_answer(signed.patient)

    assert found() == (few + 2, before)


@pytest.mark.parametrize("name", LIVE)
def test_it_is_made_on_the_clinics_pages_alone(name, clinic, request, organization, dana_patient):
    body = example(name, str(dana_patient.id))
    key = clinic[name][0]
    before = state(organization)
    for who in ("alice", "bill", "bob"):
        api = Api(request.getfixturevalue(who))
        created = api.post(f"/{name}", body)
        updated = api.put(f"/{name}/{key}", {**body, "id": str(key)}, HTTP_IF_MATCH='W/"1"')
        assert (created.status_code, issues(created)) == (403, [("forbidden", "")])
        assert (updated.status_code, issues(updated)) == (405, [("not-supported", name)])

    assert state(organization) == before


@pytest.mark.parametrize("name", LIVE)
def test_an_administrator_brings_what_was_elsewhere_and_it_stands_beside(
    name, clinic, adam, as_reader, organization, dana_patient
):
    body = example(name, str(dana_patient.id))
    before = state(organization)

    answer = Api(adam).post(f"/{name}", body)

    assert answer.status_code == 201
    made = json.loads(answer.content)["id"]
    api = as_reader("ChargeItem" if name in ("ChargeItem", "Invoice") else "Communication")
    found = {each["id"] for each in api.found(f"/{name}")}
    assert found == {made, *(str(key) for key in clinic[name])}
    assert state(organization) == before


def test_metadata_offers_what_there_is(api):
    statement = json.loads(api.get("/metadata").content)
    offered = {each["type"]: each for each in statement["rest"][0]["resource"]}

    for name in LIVE:
        codes = [each["code"] for each in offered[name]["interaction"]]
        assert codes == ["read", "vread", "history-instance", "search-type", "create"]
        assert offered[name]["versioning"] == "versioned"
        assert offered[name]["conditionalRead"] == "not-supported"
        assert "made on its pages alone" in offered[name]["documentation"]
    assert [each["name"] for each in offered["Invoice"]["searchParam"]] == [
        *("_id", "_lastUpdated", "date", "identifier", "patient", "status", "subject"),
    ]


def test_versions_say_what_was_said_then(act, bob, clinic, insured):
    with act(bob):
        amend_coverage(insured, changes={"plan_name": "Gold", "member_id": "W9"}, version=1, actor=bob)
    api = Api(bob)

    history = json.loads(api.get(f"/Coverage/{insured.id}/_history").content)
    first = read_json(api.get(f"/Coverage/{insured.id}/_history/1").content)

    versions = [each["resource"] for each in history["entry"]]
    assert [each["meta"]["versionId"] for each in versions] == ["2", "1"]
    assert [each["subscriberId"] for each in versions] == ["W9", MEMBER]
    assert [validate(read_json(json.dumps(each))) for each in versions] == [[], []]
    assert (first["subscriberId"], "class" in first) == (MEMBER, False)
    assert api.get(f"/Coverage/{insured.id}/_history/3").status_code == 404


def test_a_text_that_speaks_of_other_rows_is_never_not_modified(act, bob, bill, clinic, insured):
    tag = Api(bob).get(f"/Coverage/{insured.id}")["ETag"]
    with act(bill):
        insured.payer.name = "Other Mutual"
        insured.payer.save()

    answer = Api(bob).get(f"/Coverage/{insured.id}", HTTP_IF_NONE_MATCH=tag)

    assert answer.status_code == 200
    assert json.loads(answer.content)["payor"][0]["display"] == "Other Mutual"


def test_everything_and_includes_have_them(clinic, bill, alice, dana, dana_patient, insured):
    def kinds(api, path):
        entries = json.loads(api.get(path).content)["entry"]
        assert len({entry["fullUrl"] for entry in entries}) == len(entries)
        found = [entry["resource"]["resourceType"] for entry in entries]
        return {name: found.count(name) for name in LIVE if name in found}

    whole = f"/Patient/{dana_patient.id}/$everything"
    signed = {"Consent": 1, "QuestionnaireResponse": 1}
    assert kinds(Api(alice), whole) == {"Communication": 2, "Coverage": 1, **signed}
    assert kinds(Api(dana, "patient/*.rs"), whole) == {
        "Communication": 2,
        "Coverage": 1,
        "Invoice": 1,
        **signed,
    }
    found = Api(bill).get("/Patient?_revinclude=Coverage:patient&_revinclude=Invoice:subject")
    shown = [entry["resource"] for entry in json.loads(found.content).get("entry", [])]
    assert [each["resourceType"] for each in shown if each["resourceType"] in LIVE] == ["Coverage", "Invoice"]


@pytest.mark.parametrize("order", ["", "_sort=date&", "_sort=-date&", "_sort=-_lastUpdated&"])
def test_pages_of_ours_and_of_elsewhere_leave_none_out(order, act, bill, charged, organization, dana_patient):
    days = ["2020-01-02", "2026-01-01T23:30:00Z", "2099", "2021"]
    bring(
        organization,
        {**example("Patient", ""), "id": "p"},
        *({**example("Invoice", "p"), "id": f"i{place}", "date": day} for place, day in enumerate(days)),
        {key: part for key, part in {**example("Invoice", "p"), "id": "none"}.items() if key != "date"},
    )
    for _ in range(4):
        charge = charged()
        with act(bill):
            issue_invoice([charge], actor=bill)
    api = Api(bill)
    wanted = {each["id"] for each in api.found("/Invoice?_count=100")}

    path, found = f"/Invoice?{order}_count=2", []
    while path:
        bundle = json.loads(api.get(path).content)
        found += [entry["resource"]["id"] for entry in bundle.get("entry", [])]
        links = {each["relation"]: each["url"] for each in bundle["link"]}
        path = links.get("next", "").partition("/fhir/R4")[2]

    assert len(wanted) == 9
    assert sorted(found) == sorted(wanted)
