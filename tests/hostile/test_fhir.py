"""Bad input to import, create, update, transaction and search: no 5xx, no hang, nothing half-written (A68).

Refusals name the place. By default thirty cases each, with OSLER_FULL=1 a hundred,
`OSLER_CASES=20000` for the long run.
"""

import copy
import json
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from osler.clinic.records.encounters.visit import start_encounter
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.importing import import_batch
from osler.interop.fhir.lossless import NotJson, read_json
from osler.interop.fhir.sources import Batch, read_document
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import SCHEMA, resource_types
from osler.kernel import clock
from tests.environment import FULL
from tests.hostile.conftest import START, cases
from tests.interop.fhir import deeds
from tests.interop.fhir.conftest import Api
from tests.interop.fhir.examples import example

MILLISECONDS = 60_000
"""More is a hang, also on a machine that does much else."""
GENTLE = settings(
    max_examples=cases(100 if FULL else 30),
    deadline=MILLISECONDS,
    print_blob=True,
    database=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
NASTY = st.sampled_from(
    [
        *("", " ", "\x00", "\ud800", "é" * 70000, "-1", "1e400", "%00", "{}", "null"),
        *("0001-01-01", "9999-12-31T23:59:60Z", "2020-02-30", "2020-01-01T24:00:00Z"),
        *(
            "Patient/",
            "Patient/x/_history/",
            "#",
            "urn:uuid:",
            "../../etc",
            "' OR 1=1 --",
            "<script>",
            "http://[::1",
        ),
    ]
)
LEAF = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=20) | NASTY
SCRAP = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8) | NASTY, inner, max_size=4)
    ),
    max_leaves=12,
)


def places(value, at=()):
    """Every place in a JSON value."""
    yield at
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in inside:
        yield from places(part, (*at, key))


@st.composite
def spoiled(draw, name, good=None):
    """A good resource in which some places say something else."""
    resource = copy.deepcopy(good or example(name, "p", "e", "x"))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from([place for place in places(resource) if place]))
        holder = resource
        for step in at[:-1]:
            holder = holder[step]
        how = draw(st.sampled_from(["put", "drop", "rename", "nest", "add"]))
        if how == "put":
            holder[at[-1]] = draw(SCRAP)
        elif how == "drop":
            holder.pop(at[-1])
        elif how == "nest":
            holder[at[-1]] = [holder[at[-1]]]
        elif isinstance(holder, dict):
            holder[draw(st.sampled_from(sorted(SCHEMA.shape_of(name).rules)) | st.text(max_size=6))] = draw(
                SCRAP
            )
    return resource


def dumped(resource):
    return json.dumps(resource, ensure_ascii=True)


def row_counts():
    tables = sorted({table.model._meta.db_table for table in TABLES.values()} | {"fhir_storedresource"})
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT count(*) FROM {table}" for table in tables))
        return [row[0] for row in cursor.fetchall()]


def counted(organization):
    with acting(SystemActor(organization.id)):
        return sum(row_counts())


@pytest.fixture
def adam_api(adam, chart):
    return Api(adam)


def hostile(test):
    """Many cases, from the seed of this run, each within a bound."""
    return seed(START)(GENTLE(test))


def refusal_of(answer, root=""):
    """The issues of a refusal: each says something, those about a resource say where."""
    said = json.loads(answer.content)
    assert answer.status_code in (400, 404, 405, 409, 412, 413, 415, 422), said
    assert said["resourceType"] == "OperationOutcome"
    assert said["issue"]
    for issue in said["issue"]:
        assert issue["diagnostics"]
        if answer.status_code in (409, 422) and issue["severity"] == "error":
            assert issue.get("expression"), said
            assert root in issue["expression"][0], said
    return said


@hostile
@given(data=st.data())
def test_a_create_answers_with_a_place_and_writes_all_or_nothing(data, adam_api, organization):
    name = data.draw(st.sampled_from(sorted(TABLES)))
    body = data.draw(spoiled(name).map(dumped) | SCRAP.map(dumped) | st.text(max_size=200))
    before = counted(organization)

    answer = adam_api.post(f"/{name}", body.encode("utf-8", "replace"))

    if answer.status_code == 403:
        assert name == "Appointment"  # which is booked, never brought
    elif answer.status_code != 201:
        refusal_of(answer)
    assert counted(organization) - before == (1 if answer.status_code == 201 else 0)


@pytest.fixture
def askers(act, alice, bob, lena, dana_patient, site):
    """For each type with deeds: who may ask, and a resource that would be done."""
    with act(alice):
        visit = start_encounter(dana_patient, actor=alice)
    start = clock.now() + timedelta(days=3)
    return {
        "Patient": (
            Api(bob),
            {"resourceType": "Patient", "name": [{"family": "New"}], "birthDate": "1960"},
        ),
        "Appointment": (Api(bob), booking(dana_patient, alice, site, start)),
        "Encounter": (Api(alice), deeds.visit(dana_patient)),
        "Condition": (Api(alice), deeds.problem(dana_patient, "I10")),
        "AllergyIntolerance": (Api(alice), deeds.allergy(dana_patient)),
        "MedicationRequest": (Api(alice), deeds.prescription(dana_patient, visit.id)),
        "ServiceRequest": (Api(alice), deeds.order(dana_patient, visit.id)),
        "Observation": (Api(lena), deeds.lab_value(dana_patient, 5.1)),
        "DiagnosticReport": (Api(lena), deeds.report(dana_patient, status="preliminary")),
    }


def booking(patient, actor, site, start):
    named = [f"Patient/{patient.id}", f"Practitioner/{actor.practitioner_id}", f"Location/{site.id}"]
    return {
        "resourceType": "Appointment",
        "extension": [{"url": "urn:osler:overbook-reason", "valueString": "Urgent"}],
        "status": "booked",
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=20)).isoformat(),
        "participant": [{"actor": {"reference": each}, "status": "accepted"} for each in named],
    }


@hostile
@given(data=st.data())
def test_a_deed_is_done_or_refused_with_its_place(data, askers, organization):
    name = data.draw(st.sampled_from(sorted(askers)))
    api, good = askers[name]
    body = data.draw(spoiled(name, good))
    before = deeds.state(organization)

    answer = api.post(f"/{name}", dumped(body).encode())

    if answer.status_code == 201:
        assert deeds.state(organization) != before
    else:
        if answer.status_code != 403:
            refusal_of(answer)
        assert deeds.state(organization) == before


@hostile
@given(data=st.data())
def test_an_update_changes_all_or_nothing(data, api, chart):
    name = data.draw(st.sampled_from(sorted(chart)))
    path = f"/{name}/{chart[name]}"
    before = api.get(path)
    resource = data.draw(spoiled(name))
    if data.draw(st.integers(0, 9)):
        resource["id"] = str(chart[name])
    match = data.draw(
        st.just(before["ETag"]) | st.just(before["ETag"]) | st.text(max_size=12).map(header_safe)
    )

    answer = api.put(path, dumped(resource).encode(), HTTP_IF_MATCH=match)

    after = api.get(path)
    if answer.status_code != 200:
        if answer.status_code not in (403, 428):
            refusal_of(answer)
        assert (after["ETag"], after.content) == (before["ETag"], before.content)
    else:
        assert after["ETag"] != before["ETag"]


def header_safe(text):
    """What an HTTP client can send in a header at all."""
    return text.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", "")


@hostile
@given(data=st.data())
def test_a_transaction_is_all_or_nothing(data, adam_api, organization):
    names = data.draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=3))
    methods = st.sampled_from(["PUT", "GET", "POST"]) | NASTY
    entries = [
        {
            "fullUrl": data.draw(NASTY | st.just(f"urn:uuid:00000000-0000-4000-8000-00000000000{i}")),
            "resource": data.draw(spoiled(name)),
            "request": data.draw(
                st.just({"method": "POST", "url": name})
                | st.fixed_dictionaries({"method": methods, "url": NASTY})
                | SCRAP
            ),
        }
        for i, name in enumerate(names)
    ]
    kind = data.draw(st.sampled_from(["transaction", "transaction", "batch"]) | SCRAP)
    body = data.draw(st.just({"resourceType": "Bundle", "type": kind, "entry": entries}) | SCRAP)
    before = counted(organization)

    answer = adam_api.post("", dumped(body).encode())

    if answer.status_code == 200:
        made = [each["response"]["status"] for each in json.loads(answer.content).get("entry", [])]
        assert not any(status.startswith("5") for status in made), answer.content
        assert counted(organization) - before == made.count("201")
    else:
        if answer.status_code != 403:  # an administrator books nothing
            refusal_of(answer, "Bundle")
        assert counted(organization) == before


@hostile
@given(data=st.data())
def test_an_import_takes_what_is_good_and_tells_of_the_rest(data, organization):
    names = data.draw(st.lists(st.sampled_from(sorted(TABLES)), min_size=1, max_size=4))
    entries = [{"resource": data.draw(spoiled(name)), "fullUrl": data.draw(NASTY | st.just(f"urn:uuid:{i}"))}
               for i, name in enumerate(names)]  # fmt: skip
    text = data.draw(st.just(dumped({"resourceType": "Bundle", "type": "transaction", "entry": entries}))
                     | st.text(max_size=100) | SCRAP.map(dumped))  # fmt: skip
    before = counted(organization)
    batch = Batch("fuzz.json", "fuzz")
    read_document(batch, text.encode("utf-8", "replace"))

    with acting(SystemActor(organization.id)):
        tally = import_batch(batch)

    assert counted(organization) - before == tally.created
    assert tally.total >= len(batch.arrivals)
    for refusal in tally.refusals:
        assert refusal.reason
        assert refusal.file == "fuzz.json"
        assert 0 <= refusal.index < max(len(entries), 1)


@hostile
@given(data=st.data())
def test_a_search_finds_or_refuses(data, adam_api, api):
    name = data.draw(st.sampled_from(sorted(resource_types())))
    known = (
        [each.name for each in TABLES[name].search] if name in TABLES else ["status", "date", "identifier"]
    )
    keys = st.sampled_from(
        [*known, "_id", "_lastUpdated", "_sort", "_count", "_after", "_include", "_revinclude", "_total"]
    )
    pairs = data.draw(st.lists(st.tuples(keys, NASTY | st.text(max_size=30)), max_size=4))

    answer = api.client.get(f"/fhir/R4/{name}", dict(pairs_ok(pairs)), **api.headers)

    assert answer.status_code in (200, 400, 403), answer.content


def pairs_ok(pairs):
    """What an HTTP client can send at all."""
    return [(key, text.encode("utf-8", "replace").decode()[:2000]) for key, text in pairs]


@hostile
@given(text=st.text(max_size=400) | SCRAP.map(dumped))
def test_reading_json_gives_a_value_or_a_refusal(text):
    try:
        read_json(text)
    except NotJson as refused:
        assert str(refused)
