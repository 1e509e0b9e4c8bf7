"""Search parameters of types without a model, and of strays of the others: made from the facts."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from osler.interop.fhir.compartments import search_facts
from osler.interop.fhir.elements import Json
from osler.interop.fhir.parameters import (
    ANY,
    Instant,
    Parameter,
    Reference,
    Text,
    Token,
    found,
    spans_at,
    tokens_of,
)

# Parameters that are worth a row each: what US Core asks for, and what finds a document again.
INDEXED = frozenset(
    "identifier type status class code category intent date period authored authoredon created name"
    " clinical-status lifecycle-status target-date onset-date questionnaire encounter specialty role"
    " practitioner location recorded target entity vaccine-code effective occurrence sent received".split()
)
STATUS = ("status", "lifecycle-status", "clinical-status")
CODES = ("code", "type", "vaccine-code", "medication")
DATES = tuple("date period created authored authoredon target-date onset-date recorded sent".split())


def first_of(names: Sequence[str], lines: dict[str, str], kind: str) -> str:
    return next((name for name in names if lines.get(name, "").startswith(f"{kind} ")), "")


@cache
def stored_parameters(resource_type: str) -> tuple[Parameter, ...]:
    """How StoredResource answers searches for a type."""
    lines: dict[str, str] = search_facts()["parameters"].get(resource_type, {})
    parameters: list[Parameter] = []
    status, code = first_of(STATUS, lines, "token"), first_of(CODES, lines, "token")
    date = first_of(DATES, lines, "date")
    for name, line in lines.items():
        kind, *paths = line.split()
        if name in ("patient", "subject"):
            parameters.append(Reference(name, "patient_id", ["Patient"], paths))
        elif name not in INDEXED:
            continue
        elif kind == "token" and name == status:
            parameters.append(Token(name, "status", ANY, paths))
        elif kind == "token" and name == code:
            parameters.append(Token(name, "code", ".system", paths))
        elif kind == "token":
            parameters.append(Token(name, "category" if name == "category" else "", ANY, paths))
        elif kind == "date":
            columns = ("dated_from", "dated_to") if name == date else ("", "")
            parameters.append(Instant(name, *columns, paths))
        elif kind == "reference":
            parameters.append(Reference(name, "", (), paths))
        elif kind == "string":
            parameters.append(Text(name, paths=paths))
    return tuple(parameters)


def stored_columns(resource: Json) -> dict[str, Any]:
    """What the search columns of StoredResource say of a resource."""
    columns: dict[str, Any] = {"status": "", "category": "", "system": "", "code": "", "dated_from": None}
    columns["dated_to"] = None
    for parameter in stored_parameters(resource["resourceType"]):
        if isinstance(parameter, Token) and parameter.column:
            system, code = first_token(resource, parameter)
            columns[parameter.column] = code
            if parameter.system == ".system":
                columns["system"] = system
        elif isinstance(parameter, Instant) and parameter.low:
            columns["dated_from"], columns["dated_to"] = first_span(resource, parameter)
    return columns


def first_token(resource: Json, parameter: Token) -> tuple[str, str]:
    for path in parameter.paths:
        for value in found(resource, path):
            for system, code in tokens_of(value):
                longest = 40 if parameter.column == "status" else 100
                return (system, code) if len(code) <= longest and len(system) <= 200 else ("", "")
    return "", ""


def first_span(resource: Json, parameter: Instant) -> tuple[datetime | None, datetime | None]:
    spans = [span for path in parameter.paths for span in spans_at(resource, path)]
    return spans[0] if spans else (None, None)
