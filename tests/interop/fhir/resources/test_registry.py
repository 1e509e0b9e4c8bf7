"""What every table promises, asked of all of them."""

import copy
import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.doors.tokens import forget_callers
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.representing import body_of, renew, represent
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.verdict import validate
from osler.kernel.keys import uuid7
from tests.interop.fhir.conftest import Api, bring
from tests.interop.fhir.examples import SEARCHES, example

NAMES = sorted(TABLES)
OF_PATIENTS = [name for name in NAMES if TABLES[name].patient == "patient_id"]
MAPPED = [name for name in NAMES if not TABLES[name].is_live]
"""Types whose columns are read out of resources, too; the live ones have tests of their own."""


def row_of(name, resource):
    table = TABLES[name]
    row = table.model(id=uuid7(), **table.columns_of(resource))
    if name == "Patient":
        row.mrn = "1"
    return row


@pytest.mark.parametrize("name", NAMES)
def test_the_example_is_valid(name):
    assert validate(example(name, "p", "e", "x")) == []


@pytest.mark.parametrize("name", MAPPED)
def test_a_text_is_left_alone_where_the_row_says_the_same(name):
    resource = example(name, str(uuid7()), str(uuid7()), str(uuid7()))
    body = copy.deepcopy(resource)

    renew(TABLES[name], body, row_of(name, resource))

    assert body == resource


@pytest.mark.parametrize("name", MAPPED)
def test_a_row_of_ours_becomes_a_valid_resource_that_reads_back(name):
    table = TABLES[name]
    resource = example(name, str(uuid7()), str(uuid7()), str(uuid7()))
    row = row_of(name, resource)
    row.resource = None

    made = {"resourceType": name, **read_json(represent(row))}

    assert table.columns_of(made) == table.columns_of(resource)
    if name not in ("Immunization", "MedicationRequest", "MedicationStatement"):
        assert validate(made) == []


@pytest.mark.parametrize("name", [name for name in OF_PATIENTS if name in MAPPED])
def test_an_edit_changes_its_element_and_keeps_what_no_column_holds(name):
    resource = example(name, str(uuid7()), str(uuid7()), str(uuid7()))
    row = row_of(name, resource)
    row.resource = body_of(resource, row.pk)
    field = next(each for each in ("display", "name", "title", "text", "reason") if hasattr(row, each))
    setattr(row, field, "Changed by us")

    body = read_json(represent(row))

    assert "Changed by us" in json.dumps(body, default=str)
    changed = {key for key in resource if key != "resourceType" and body.get(key) != resource[key]}
    assert len(changed) == 1
    assert body["extension"] == resource["extension"]


@pytest.mark.parametrize("name", NAMES)
def test_what_came_in_is_read_out_again(name, chart, api, organization):
    answer = api.get(f"/{name}/{chart[name]}")

    sent = example(name, str(chart["Patient"]), str(chart["Encounter"]), str(chart["Practitioner"]))
    got = json.loads(answer.content)
    assert answer.status_code == 200
    assert answer["ETag"] == 'W/"1"'
    assert got.pop("id") == str(chart[name])
    assert got.pop("meta")["versionId"] == "1"
    assert got == sent


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [(name, key, value) for name in NAMES for key, values in SEARCHES[name].items() for value in values],
)
def test_each_search_parameter_finds_and_does_not_find(name, parameter, value, chart, api):
    others = {"date": "1950", "effective": "1950", "birthdate": "1950"}
    kind = next(each.kind for each in TABLES[name].search if each.name == parameter)
    wrong = others.get(parameter, "1950" if kind == "date" else "no-such-value")

    assert [each["id"] for each in api.found(f"/{name}?{parameter}={value}")] == [str(chart[name])]
    assert api.found(f"/{name}?{parameter}={wrong}") == []


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_of_the_table_has_a_search_that_was_tried(name):
    common = {
        "actor",
        "patient",
        "subject",
        "encounter",
        "location",
        "practitioner",
        "abatement-date",
        "death-date",
    }
    untried = {each.name for each in TABLES[name].search} - SEARCHES[name].keys() - common
    assert untried - {"identifier", "active", "occurrence"} == set()


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_the_patient_search_knows_all_forms_of_a_reference(name, chart, api):
    key = chart["Patient"]

    for form in (f"{key}", f"Patient/{key}", f"http://testserver/fhir/R4/Patient/{key}"):
        assert [each["id"] for each in api.found(f"/{name}?patient={form}")] == [str(chart[name])]
    for form in (str(uuid7()), f"Group/{key}", "nobody"):
        assert api.found(f"/{name}?patient={form}") == []


@pytest.mark.parametrize("name", NAMES)
def test_a_search_costs_the_same_for_one_row_and_for_three(name, chart, alice, organization):
    def queries():
        forget_callers()
        api = Api(alice)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            api.get(f"/{name}")
        return len(captured)

    one = queries()
    more = [
        {**example(name, "Patient-1", "Encounter-1", "Practitioner-1"), "id": f"{name}-{n}"} for n in (2, 3)
    ]
    for resource in more:
        resource.pop("identifier", None)
        bring(organization, resource)

    assert queries() == one


@pytest.mark.parametrize("name", NAMES)
def test_a_stranger_finds_nothing(name, chart, charlie):
    api = Api(charlie)

    assert api.get(f"/{name}/{chart[name]}").status_code == 404
    assert api.get(f"/{name}/{chart[name]}/_history").status_code == 404
    assert api.get(f"/{name}/{chart[name]}/_history/1").status_code == 404
    ids = [each["id"] for each in api.found(f"/{name}")]
    assert str(chart[name]) not in ids


@pytest.mark.parametrize("name", OF_PATIENTS)
def test_another_patient_of_the_same_clinic_finds_nothing(name, chart, dana):
    api = Api(dana, "patient/*.cruds")

    answers = [api.get(f"/{name}/{chart[name]}"), api.get(f"/{name}")]

    assert answers[0].status_code in (403, 404)
    assert answers[1].status_code in (200, 403)
    if answers[1].status_code == 200:
        assert "entry" not in json.loads(answers[1].content)


def test_the_extra_values_name_no_more_than_the_resource_says(chart, organization):
    from osler.interop.fhir.models import SearchValue

    with acting(SystemActor(organization.id)):
        second = SearchValue.objects.filter(resource_id=chart["Condition"], parameter="code")
        assert [(each.system, each.code) for each in second] == [("http://hl7.org/fhir/sid/icd-10-cm", "I10")]
