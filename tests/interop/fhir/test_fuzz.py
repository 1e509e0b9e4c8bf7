"""Bad input, generated: no 5xx, no hang, nothing half-written, the error names the place (A68).

By default some hundreds of cases; `FUZZ_CASES=20000` for the long run. The seed is printed on failure.
"""

import copy
import json
import os

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.importing import import_batch
from osler.interop.fhir.lossless import NotJson, read_json
from osler.interop.fhir.sources import Batch, read_document
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import SCHEMA, resource_types
from tests.interop.fhir.conftest import Api
from tests.interop.fhir.examples import example

CASES = int(os.environ.get("FUZZ_CASES", "150"))
GENTLE = settings(
    max_examples=CASES,
    deadline=None,
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
        *("Patient/", "Patient/x/_history/", "#", "urn:uuid:", "../../etc", "' OR 1=1 --", "<script>"),
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
def spoiled(draw, name):
    """A good resource in which some places say something else."""
    resource = copy.deepcopy(example(name, "p", "e", "x"))
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


@GENTLE
@given(data=st.data())
def test_a_create_answers_with_a_place_and_writes_all_or_nothing(data, adam_api, organization):
    name = data.draw(st.sampled_from(sorted(TABLES)))
    body = data.draw(spoiled(name).map(dumped) | SCRAP.map(dumped) | st.text(max_size=200))
    before = counted(organization)

    answer = adam_api.post(f"/{name}", body.encode("utf-8", "replace"))

    said = json.loads(answer.content)
    assert answer.status_code in (200, 201, 400, 409, 412, 415, 422), said
    assert counted(organization) - before == (1 if answer.status_code == 201 else 0)
    if answer.status_code != 201:
        assert said["resourceType"] == "OperationOutcome"
        assert all(issue["diagnostics"] for issue in said["issue"])


@GENTLE
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
    assert all(refusal.reason for refusal in tally.refusals)


@GENTLE
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


@GENTLE
@given(text=st.text(max_size=400) | SCRAP.map(dumped))
def test_reading_json_gives_a_value_or_a_refusal(text):
    try:
        read_json(text)
    except NotJson as refused:
        assert str(refused)
