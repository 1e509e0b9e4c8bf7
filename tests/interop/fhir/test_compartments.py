"""Whose record a resource belongs to (A5)."""

import json

import pytest

from osler.interop.fhir.checks import every_type_has_a_compartment_rule
from osler.interop.fhir.compartments import compartment_paths, patients_of, search_facts
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import resource_types
from osler.kernel.keys import uuid7
from tests.conformance.outside_data import DATA, needs_data


def test_every_type_has_a_rule():
    assert every_type_has_a_compartment_rule(None) == []
    assert set(search_facts()["compartment"]) >= set(resource_types())


def test_a_type_without_a_rule_stops_the_start(monkeypatch):
    facts = {
        **search_facts(),
        "compartment": {k: v for k, v in search_facts()["compartment"].items() if k != "Goal"},
    }
    monkeypatch.setattr("osler.interop.fhir.compartments.search_facts", lambda: facts)

    assert [error.id for error in every_type_has_a_compartment_rule(None)] == ["fhir.E001"]


@pytest.mark.parametrize("name", sorted(resource_types()))
def test_our_rule_is_at_least_as_wide_as_hl7s(name):
    facts = search_facts()
    for parameter in facts["compartment"][name]:
        line = facts["parameters"].get(name, {}).get(parameter, "")
        assert set(line.split()[1:]) <= set(compartment_paths(name))


def test_mapped_types_of_patients_stand_in_a_compartment():
    without = {name for name, table in TABLES.items() if not table.patient}
    assert without == {
        *("Location", "Organization", "Practitioner", "PractitionerRole"),
        *("HealthcareService", "Schedule"),
    }


def test_all_patients_are_found_where_the_compartment_looks():
    first, second = uuid7(), uuid7()
    group = {
        "resourceType": "Group",
        "member": [{"entity": {"reference": f"Patient/{each}"}} for each in (first, second)],
    }

    assert patients_of(group) == {first, second}
    assert patients_of({"resourceType": "Device", "patient": {"reference": f"Patient/{first}"}}) == {first}
    assert patients_of({"resourceType": "Goal", "subject": {"reference": "Patient/not-a-uuid"}}) == set()


@needs_data
def test_published_compartment_rows_are_all_known():
    # The US Core definitions name the patient element of their profiles: each must be looked at.
    for path in sorted((DATA / "us-core" / "6.1.0" / "examples").glob("*.json")):
        resource = json.loads(path.read_bytes())
        name = resource["resourceType"]
        subject = resource.get("subject") or resource.get("patient") or {}
        if str(subject.get("reference", "")).startswith("Patient/"):
            assert compartment_paths(name), name
