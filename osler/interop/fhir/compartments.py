"""Whose compartment a resource stands in: HL7's patient compartment, and `patient` where R4 has one.

Every type has a rule or the door does not open (A5). A resource of several patients (a Group, a
List) stands in nobody's: staff see it, no patient does.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from osler.interop.fhir.elements import Json
from osler.interop.fhir.parameters import found
from osler.interop.fhir.validation.schema import resource_types

FACTS = Path(__file__).parent / "definitions" / "r4_search.json"
ALSO = ("patient", "subject")


@cache
def search_facts() -> dict[str, Any]:
    """Search parameters and compartments of R4, reduced."""
    facts: dict[str, Any] = json.loads(FACTS.read_text())
    return facts


@cache
def compartment_paths(resource_type: str) -> tuple[str, ...]:
    """Where a resource of this type names its patient."""
    parameters = search_facts()["parameters"].get(resource_type, {})
    names = [*search_facts()["compartment"][resource_type], *ALSO]
    lines = [parameters[name].split() for name in names if name in parameters]
    return tuple(dict.fromkeys(path for kind, *paths in lines if kind == "reference" for path in paths))


def types_without_rule() -> list[str]:
    """Types of which nobody has said in whose compartment they stand: must be empty."""
    return sorted(resource_types() - search_facts()["compartment"].keys())


def patients_of(resource: Json) -> set[UUID]:
    """All patients named where the compartment looks."""
    patients = set()
    for path in compartment_paths(resource["resourceType"]):
        for value in found(resource, path):
            reference = value.get("reference") if isinstance(value, dict) else None
            if isinstance(reference, str) and reference.startswith("Patient/"):
                try:
                    patients.add(UUID(reference[8:44]))
                except ValueError:
                    continue
    return patients
