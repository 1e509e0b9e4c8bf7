"""Finding a word in one patient's chart."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import (
    AllergyIntolerance,
    ClinicalNote,
    Condition,
    Encounter,
    Immunization,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Procedure,
    ServiceRequest,
)
from osler.clinic.records.models.chart import CodedRow
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

EACH = 12
ROUND = 70


@dataclass(frozen=True)
class Found:
    """A place where the word stands: which section, what, and when."""

    section: str
    text: str
    at: datetime | None
    encounter_id: UUID | None = None
    detail: str = ""


_CODED: tuple[tuple[type[CodedRow], str, str], ...] = (
    (Condition, "problems", "onset_at"),
    (AllergyIntolerance, "allergies", "recorded_at"),
    (MedicationRequest, "medications", "authored_at"),
    (MedicationStatement, "medications", "recorded_at"),
    (Observation, "results", "effective_at"),
    (ServiceRequest, "orders", "authored_at"),
    (Procedure, "procedures", "performed_at"),
    (Immunization, "prevention", "occurred_at"),
)


def find_in_chart(patient: Patient, query: str, *, actor: Actor) -> list[Found]:
    """Entries whose words hold the query, kind by kind; at least two letters."""
    if len(query) < 2:
        return []
    found: list[Found] = []
    for model, section, instant in _CODED:
        found += _coded(scoped(model, actor), patient, query, (section, instant))
    found += _visits(patient, query, actor=actor)
    found += _notes(patient, query, actor=actor)
    return found


def _coded(rows: QuerySet[CodedRow], patient: Patient, query: str, kind: tuple[str, str]) -> list[Found]:
    section, instant = kind
    state = "verification_status" if hasattr(rows.model, "verification_status") else "status"
    matching = (
        rows.filter(patient=patient)
        .exclude(**{state: "entered-in-error"})
        .filter(Q(display__icontains=query) | Q(code__iexact=query))
        .order_by("display", f"-{instant}")
        .distinct("display")
        .values_list("display", instant)[:EACH]
    )
    return [Found(section, display, at) for display, at in matching]


def _visits(patient: Patient, query: str, *, actor: Actor) -> list[Found]:
    matching = (
        scoped(Encounter, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .filter(Q(reason__icontains=query) | Q(display__icontains=query))
        .order_by("-started_at")[:EACH]
    )
    return [
        Found("visits", row.display or row.reason, row.started_at, row.id, row.reason) for row in matching
    ]


def _notes(patient: Patient, query: str, *, actor: Actor) -> list[Found]:
    words = Q()
    for part in ("subjective", "objective", "assessment", "plan"):
        words |= Q(**{f"{part}__icontains": query})
    matching = (
        scoped(ClinicalNote, actor)
        .filter(patient=patient)
        .filter(words)
        .exclude(status="entered-in-error")
        .order_by("-created_at")[:EACH]
    )
    return [
        Found("notes", row.title, row.signed_at or row.saved_at, row.encounter_id, around(row, query))
        for row in matching
    ]


def around(note: ClinicalNote, query: str) -> str:
    """The words of a note on both sides of the match."""
    text = " ".join((note.subjective, note.objective, note.assessment, note.plan))
    place = text.casefold().find(query.casefold())
    start = max(0, place - ROUND)
    cut = text[start : place + len(query) + ROUND].replace("\n", " ").strip()
    return ("…" if start else "") + cut
