"""US Core 3.1.1: every search of CONFORMANCE 3a, with values taken from outside data, as its test kit does.

Each resource that a search returns must match every parameter; the resource whose values were sent must be
among them; POST finds as many; codes work with and without their system.
"""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import transaction

from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.compartments import search_facts
from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.parameters import found, spans_at, tokens_of
from tests.conformance.outside_data import DATA, needs_data
from tests.conftest import new_actor, new_organization
from tests.interop.fhir.conftest import Api, bring

SEARCHES = {
    "AllergyIntolerance": "patient; patient+clinical-status",
    "CarePlan": "patient+category; patient+category+status+date; patient+category+status;"
    " patient+category+date",
    "CareTeam": "patient+status",
    "Condition": "patient; patient+onset-date; patient+category; patient+clinical-status; patient+code",
    "Device": "patient; patient+type",
    "DiagnosticReport": "patient+category; patient; patient+category+date; patient+code; patient+status;"
    " patient+code+date",
    "DocumentReference": "patient; _id; patient+type; patient+category+date; patient+category;"
    " patient+type+period; patient+status",
    "Encounter": "patient; _id; date+patient; identifier; class+patient; patient+status; patient+type",
    "Goal": "patient; patient+lifecycle-status; patient+target-date",
    "Immunization": "patient; patient+date; patient+status",
    "Location": "name; address; address-city; address-state; address-postalcode",
    "MedicationRequest": "patient+intent; patient+intent+status; patient+intent+encounter;"
    " patient+intent+authoredon",
    "Organization": "name; address",
    "Patient": "_id; identifier; name; birthdate+name; gender+name; birthdate+family; family+gender",
    "Practitioner": "name; identifier",
    "PractitionerRole": "specialty; practitioner",
    "Procedure": "patient; patient+date; patient+status; patient+code+date",
    "Observation": "patient+code; patient+category+date; patient+category; patient+category+status;"
    " patient+code+date",
}
CASES = [(name, row.strip()) for name, rows in SEARCHES.items() for row in rows.split(";")]
SOURCES = [
    DATA / "inferno-us-core",
    DATA / "us-core" / "3.1.1" / "examples",
    DATA / "bulk-1000" / "Patient.000.ndjson.gz",
    DATA / "bulk-1000" / "Device.000.ndjson.gz",
    *sorted((DATA / "synthea" / "bundles").glob("*"))[:4],
]


# The outside data has no goal with a target date.
GOAL = (
    {"resourceType": "Patient", "id": "walker", "name": [{"family": "Walker"}]},
    {
        "resourceType": "Goal",
        "id": "walk",
        "lifecycleStatus": "active",
        "description": {"text": "Walk"},
        "subject": {"reference": "Patient/walker"},
        "target": [{"dueDate": "2021-05-01"}],
    },
)


@dataclass
class Clinic:
    """A tenant with the outside data, and what is in it by type."""

    actor: Actor
    resources: dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def clinic(django_db_setup, django_db_blocker, tmp_path_factory):
    """Shared by all searches of this module, undone at its end."""
    folder = tmp_path_factory.mktemp("exported")
    with django_db_blocker.unblock(), transaction.atomic():
        organization = new_organization()
        system = SystemActor(organization.id)
        import_resources(Wish(SOURCES), actor=system, progress=lambda *_: None)
        bring(organization, *GOAL)
        export_resources(folder, actor=system)
        resources = {
            path.stem: [read_json(line) for line in path.read_bytes().splitlines()]
            for path in folder.glob("*.ndjson")
        }
        yield Clinic(new_actor(organization, Role.PHYSICIAN, "Alice Bell", practitioner=True), resources)
        transaction.set_rollback(True)


def paths_of(name, parameter):
    line = search_facts()["parameters"].get(name, {}).get(parameter, "")
    return line.split()[1:], line.partition(" ")[0]


def spelled(name, parameter, resource):
    """A value of the resource for a parameter, as a client would send it."""
    if parameter == "_id":
        return resource["id"]
    paths, kind = paths_of(name, parameter)
    for path in paths:
        if kind == "date":
            head = path.partition(".")[0]
            values = [resource[key] for key in resource if key.startswith(head)]
            values = found(resource, path) or [v for v in values if isinstance(v, (str, dict))]
            for value in values:
                text = value if isinstance(value, str) else value.get("start")
                if text:
                    return text if isinstance(value, str) else f"ge{text[:10]}"
        for value in found(resource, path):
            if kind == "reference":
                return value.get("reference")
            if kind == "string":
                texts = (
                    [value]
                    if isinstance(value, str)
                    else [value.get(key) for key in ("family", "text", "city", "state", "postalCode")]
                )
                return next((text for text in texts if text), None)
            for system, code in tokens_of(value):
                return f"{system}|{code}" if system else code
    return None


def matches(name, parameter, wanted, resource):
    """Whether a returned resource has the value; checked without the code under test."""
    paths, kind = paths_of(name, parameter)
    if parameter == "_id":
        return resource["id"] == wanted
    values = [value for path in paths for value in found(resource, path)]
    if kind == "reference":
        return any(value.get("reference") == wanted for value in values)
    if kind == "token":
        system, _, code = wanted.rpartition("|")
        tokens = [token for value in values for token in tokens_of(value)]
        return any(each[1] == code and system in ("", each[0]) for each in tokens)
    if kind == "date":
        return bool([span for path in paths for span in spans_at(resource, path)])
    return wanted[:3].lower() in json.dumps(values, ensure_ascii=False).lower()


@needs_data
@pytest.mark.parametrize(("name", "row"), CASES, ids=[f"{name}?{row}" for name, row in CASES])
def test_searches_of_us_core(name, row, clinic, settings):
    settings.ROOT_URLCONF = "tests.interop.fhir.door_urls"
    api, parameters = Api(clinic.actor), row.split("+")
    tried = 0
    for resource in clinic.resources[name]:
        sent = {parameter: spelled(name, parameter, resource) for parameter in parameters}
        if any(value is None or value.startswith("urn:") for value in sent.values()):
            continue
        tried += 1
        query = urlencode({**sent, "_count": 1000})
        answer = api.found(f"/{name}?{query}")
        assert resource["id"] in [each["id"] for each in answer], (sent, len(answer))
        for each in answer:
            for parameter, value in sent.items():
                assert matches(name, parameter, value, each), (parameter, value, each["id"])
        posted = api.post(f"/{name}/_search", query, content_type="application/x-www-form-urlencoded")
        assert len(json.loads(posted.content)["entry"]) == len(answer)
        if tried >= 6:
            break
    assert tried, f"the data has no {name} with {row}"


@needs_data
@pytest.mark.parametrize(
    "name", ["Condition", "Observation", "Encounter", "Procedure", "DocumentReference", "Goal"]
)
def test_date_prefixes_find_what_lies_there(name, clinic, settings):
    settings.ROOT_URLCONF = "tests.interop.fhir.door_urls"
    parameter = {"Condition": "onset-date", "Goal": "target-date"}.get(name, "date")
    paths, _ = paths_of(name, parameter)
    resource = next(each for each in clinic.resources[name] if any(spans_at(each, path) for path in paths))
    low, high = next(span for path in paths for span in spans_at(resource, path))
    api = Api(clinic.actor)
    before, after = low.replace(year=low.year - 1), high.replace(year=min(high.year + 1, 9998), day=1)

    there_after = [(prefix, before, 1) for prefix in ("gt", "ge", "sa")]
    not_before = [(prefix, before, 0) for prefix in ("lt", "le", "eb")]
    there_before = [(prefix, after, 1) for prefix in ("lt", "le")]
    for prefix, at, there in there_after + not_before + there_before:
        query = urlencode({"_id": resource["id"], parameter: prefix + at.isoformat()})
        assert len(api.found(f"/{name}?{query}")) == there, (prefix, at)
