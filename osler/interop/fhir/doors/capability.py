"""metadata: the CapabilityStatement, made from the tables."""

from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.compartments import search_facts
from osler.interop.fhir.doors.chain import BASE, door, json_response
from osler.interop.fhir.doors.placing import is_possible
from osler.interop.fhir.doors.reading import is_live
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.stored_types import stored_parameters
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.validation.schema import resource_types

READING = ("read", "vread", "history-instance", "search-type")
PUBLISHED = "2026-11-01"
IHE = "https://profiles.ihe.net/ITI/Scheduling/OperationDefinition/appointment-"
FREE_TIME = (
    "The free time of a Schedule of this clinic is computed: Slot?schedule=…&start=ge…&start=lt…&status=free,"
    " for a kind of visit with service-type=[id of a HealthcareService]."
)
READ_HERE = (
    "What the clinic itself holds is read here and made on its pages alone. Create takes what an"
    " administrator brings from elsewhere, and keeps it whole."
)


@door("GET", "HEAD", public=True)
def metadata(request: HttpRequest) -> HttpResponse:
    """GET [base]/metadata."""
    return json_response(statement(f"{request.scheme}://{request.get_host()}{BASE}"))


@lru_cache(maxsize=8)
def statement(base: str) -> str:
    """What this server can do, as text."""
    return write_text(
        {
            "resourceType": "CapabilityStatement",
            "status": "active",
            "date": PUBLISHED,
            "kind": "instance",
            "software": {"name": "Osler"},
            "implementation": {"description": "Osler", "url": base},
            "fhirVersion": "4.0.1",
            "format": ["application/fhir+json", "json"],
            "instantiates": ["http://hl7.org/fhir/us/core/CapabilityStatement/us-core-server"],
            "rest": [
                {
                    "mode": "server",
                    "documentation": "If-Match is required to update. Unknown search parameters are refused"
                    " unless the request prefers handling=lenient.",
                    "security": {
                        "cors": False,
                        "description": "OAuth 2.0 bearer tokens with SMART v2 scopes",
                    },
                    "resource": [resource_part(name) for name in sorted(resource_types())],
                    "interaction": [{"code": "transaction"}, {"code": "batch"}],
                }
            ],
        }
    )


def resource_part(name: str) -> dict[str, Any]:
    """One type: its profiles, interactions and search parameters."""
    table = TABLES.get(name)
    own = {each.name: each.kind for each in (table.search if table else stored_parameters(name))}
    own |= {"_id": "token", "_lastUpdated": "date"}
    part: dict[str, Any] = {"type": name}
    if is_live(name):
        part["documentation"] = READ_HERE
    if table and table.profiles:
        part["supportedProfile"] = list(table.profiles)
    part |= {
        "interaction": [{"code": code} for code in interactions_of(name)],
        "versioning": "versioned-update" if is_possible(name, "update") else "versioned",
        "readHistory": True,
        "updateCreate": False,
        "conditionalCreate": is_possible(name, "create"),
        "conditionalRead": "not-supported" if is_live(name) else "not-match",
        "searchInclude": [f"{name}:{key}" for key in included_parameters(name)],
        "searchRevInclude": ["Provenance:target"],
        "searchParam": [{"name": key, "type": own[key]} for key in sorted(own)],
    }
    if not part["searchInclude"]:
        del part["searchInclude"]
    if name == "Appointment":
        part["operation"] = [{"name": each, "definition": IHE + each} for each in ("find", "hold", "book")]
        part["operation"] += [{"name": "cancel", "definition": "urn:osler:operation:appointment-cancel"}]
    if name == "Slot":
        part["documentation"] = FREE_TIME
    if name == "Patient":
        defined = "http://hl7.org/fhir/OperationDefinition/Patient-"
        names = ("everything", "match")
        part["operation"] = [{"name": each, "definition": defined + each} for each in names]
    return part


def interactions_of(name: str) -> list[str]:
    """What can be done with a type: all read, and those writes that somebody may."""
    return [*READING, *(word for word in ("create", "update") if is_possible(name, word))]


def included_parameters(name: str) -> list[str]:
    """The references of a type that `_include` follows."""
    lines: dict[str, str] = search_facts()["parameters"].get(name, {})
    return sorted(key for key, line in lines.items() if line.startswith("reference "))
