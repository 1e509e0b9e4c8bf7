"""Resources that ask for deeds, and what is known of a tenant before and after."""

import json
from typing import Any
from uuid import UUID

from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.fhir.tables import TABLES

ICD, RXNORM, LOINC = (
    "http://hl7.org/fhir/sid/icd-10-cm",
    "http://www.nlm.nih.gov/research/umls/rxnorm",
    "http://loinc.org",
)
SYSTEM = "http://terminology.hl7.org/CodeSystem/"
AMOXICILLIN, A1C = "308191", "4548-4"


def concept(system: str, code: str, display: str = "") -> dict[str, Any]:
    coding = {"system": system, "code": code, **({"display": display} if display else {})}
    return {"coding": [coding]}


def of(name: str, patient: Any, **more: Any) -> dict[str, Any]:
    """A resource of a patient, with something that no column holds."""
    place = "patient" if name == "AllergyIntolerance" else "subject"
    return {
        "resourceType": name,
        "extension": [{"url": "urn:example:kept", "valueString": "kept"}],
        place: {"reference": f"Patient/{patient.id}"},
        **more,
    }


def visit(patient: Any, **more: Any) -> dict[str, Any]:
    kind = {"system": SYSTEM + "v3-ActCode", "code": "AMB"}
    return of("Encounter", patient, **{"status": "in-progress", "class": kind, **more})


def in_visit(encounter_id: Any) -> dict[str, Any]:
    return {"encounter": {"reference": f"Encounter/{encounter_id}"}}


def allergy(patient: Any, **more: Any) -> dict[str, Any]:
    penicillin = concept("http://snomed.info/sct", "91936005", "Penicillin allergy")
    standing = concept(SYSTEM + "allergyintolerance-clinical", "active")
    return of("AllergyIntolerance", patient, **{"code": penicillin, "clinicalStatus": standing, **more})


def prescription(patient: Any, encounter_id: Any, code: str = AMOXICILLIN, **more: Any) -> dict[str, Any]:
    asked = {
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": concept(RXNORM, code, "Amoxicillin 500 mg"),
        "dosageInstruction": [{"text": "three a day", "timing": {"repeat": {"frequency": 3}}}],
        **in_visit(encounter_id),
    }
    return of("MedicationRequest", patient, **{**asked, **more})


def diagnosis(patient: Any, code: str, **more: Any) -> dict[str, Any]:
    kind = concept(SYSTEM + "condition-category", "encounter-diagnosis")
    return of("Condition", patient, **{"category": [kind], "code": concept(ICD, code), **more})


def problem(patient: Any, code: str, **more: Any) -> dict[str, Any]:
    kind = concept(SYSTEM + "condition-category", "problem-list-item")
    live = concept(SYSTEM + "condition-clinical", "active")
    return diagnosis(patient, code, **{"category": [kind], "clinicalStatus": live, **more})


def order(patient: Any, encounter_id: Any, code: str = A1C, **more: Any) -> dict[str, Any]:
    asked = {"status": "active", "intent": "order", "code": concept(LOINC, code), **in_visit(encounter_id)}
    return of("ServiceRequest", patient, **{**asked, **more})


def lab_value(patient: Any, value: str | float, **more: Any) -> dict[str, Any]:
    asked = {
        "status": "preliminary",
        "category": [concept(SYSTEM + "observation-category", "laboratory")],
        "code": concept(LOINC, A1C, "Hemoglobin A1c"),
        "valueQuantity": {"value": value, "unit": "%"},
    }
    return of("Observation", patient, **{**asked, **more})


def report(patient: Any, *results: str, **more: Any) -> dict[str, Any]:
    asked = {
        "status": "final",
        "category": [concept(SYSTEM + "v2-0074", "LAB")],
        "code": concept(LOINC, A1C),
        "effectiveDateTime": "2027-03-01T12:30:00Z",
    }
    if results:
        asked["result"] = [{"reference": each} for each in results]
    return of("DiagnosticReport", patient, **{**asked, **more})


def refusal(answer: Any) -> tuple[int, str, str]:
    """Status, the clinic's word for the refusal, and its place."""
    body = json.loads(answer.content)
    assert body["resourceType"] == "OperationOutcome", body
    first = body["issue"][0]
    words = [coding["code"] for coding in first.get("details", {}).get("coding", ())]
    return answer.status_code, words[0] if words else first["code"], first.get("expression", [""])[0]


def made(answer: Any) -> dict[str, Any]:
    """The resource that a create or update gave back."""
    assert answer.status_code in (200, 201), answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


def announced(organization: Organization) -> list[str]:
    """The news of a tenant so far."""
    with acting(SystemActor(organization.id)):
        return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def state(organization: Organization) -> dict[str, Any]:
    """Every row of every mapped table with its version, and the news: to compare."""
    found: dict[str, Any] = {"news": announced(organization)}
    with acting(SystemActor(organization.id)):
        for name, table in TABLES.items():
            rows: list[tuple[UUID, int]] = list(table.model._default_manager.values_list("id", "version"))
            found[name] = sorted(rows)
    return found


def put(api: Any, name: str, resource: dict[str, Any], version: str = "1", **more: Any) -> Any:
    """Send a resource with changes, against the version that was seen."""
    path = f"/{name}/{resource['id']}"
    return api.put(path, {**resource, **more}, HTTP_IF_MATCH=f'W/"{version}"')


def coded(system: str, code: str) -> dict[str, Any]:
    """A concept of one of FHIR's own code systems."""
    return concept(SYSTEM + system, code)
