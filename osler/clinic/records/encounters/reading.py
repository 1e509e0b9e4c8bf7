"""A visit as a whole: everything that was found, decided and done in it."""

from dataclasses import dataclass
from typing import TypeVar

from osler.clinic.records.models import (
    ClinicalNote,
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    Observation,
    Procedure,
    ServiceRequest,
)
from osler.clinic.records.observations.trends import SAME_AS, VITALS_ORDER
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

Done = TypeVar("Done", Procedure, Immunization)


@dataclass(frozen=True)
class VisitRecord:
    """The rows of one visit."""

    encounter: Encounter
    notes: list[ClinicalNote]
    diagnoses: list[Condition]
    vitals: list[Observation]
    findings: list[Observation]
    prescriptions: list[MedicationRequest]
    orders: list[ServiceRequest]
    reports: list[DiagnosticReport]
    problems: list[Condition]
    """Problems of the chart that were noted in this visit."""
    procedures: list[Procedure]
    immunizations: list[Immunization]

    @property
    def is_empty(self) -> bool:
        """Whether nothing is known of it but that it took place."""
        rows = (self.notes, self.vitals, self.findings, self.reports, self.orders, self.prescriptions)
        return not any((*rows, self.diagnoses, self.problems, self.procedures, self.immunizations))

    @property
    def tests(self) -> list[ServiceRequest]:
        return [order for order in self.orders if order.category != "follow-up"]

    @property
    def follow_ups(self) -> list[ServiceRequest]:
        return [order for order in self.orders if order.category == "follow-up"]

    @property
    def signed_notes(self) -> list[ClinicalNote]:
        """Signed notes, each followed by its addenda."""
        return [note for note in self.notes if note.status in ("final", "amended")]

    @property
    def drafts(self) -> list[ClinicalNote]:
        return [note for note in self.notes if note.status == "preliminary"]


def visit_record(encounter: Encounter, *, actor: Actor) -> VisitRecord:
    """Read a visit: ten statements."""
    observations = list(
        scoped(Observation, actor)
        .filter(encounter=encounter)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .prefetch_related("components")
        .defer("resource")
        .order_by("effective_at", "id")
    )
    return VisitRecord(
        encounter=encounter,
        notes=_notes(encounter, actor=actor),
        diagnoses=diagnoses_of(encounter, actor=actor),
        vitals=sorted((row for row in observations if row.category == "vital-signs"), key=_as_read_aloud),
        findings=[row for row in observations if row.category != "vital-signs" and not row.report_id],
        prescriptions=prescriptions_of(encounter, actor=actor),
        orders=orders_of(encounter, actor=actor),
        reports=list(
            scoped(DiagnosticReport, actor)
            .filter(encounter=encounter)
            .exclude(status__in=["entered-in-error", "cancelled"])
            .defer("resource")
            .order_by("effective_at")
        ),
        problems=problems_of(encounter, actor=actor),
        procedures=done_in(Procedure, encounter, actor=actor),
        immunizations=done_in(Immunization, encounter, actor=actor),
    )


def _as_read_aloud(row: Observation) -> int:
    code = SAME_AS.get(row.code, row.code)
    return VITALS_ORDER.index(code) if code in VITALS_ORDER else len(VITALS_ORDER)


def _notes(encounter: Encounter, *, actor: Actor) -> list[ClinicalNote]:
    return list(
        scoped(ClinicalNote, actor)
        .filter(encounter=encounter)
        .exclude(status="entered-in-error")
        .select_related("author")
        .defer("resource", "author__resource")
        .order_by("signed_at", "id")
    )


def diagnoses_of(encounter: Encounter, *, actor: Actor) -> list[Condition]:
    """The diagnoses of a visit by rank."""
    return list(
        scoped(Condition, actor)
        .filter(encounter=encounter, category=Condition.Category.ENCOUNTER)
        .exclude(verification_status="entered-in-error")
        .defer("resource")
        .order_by("rank", "id")
    )


def problems_of(encounter: Encounter, *, actor: Actor) -> list[Condition]:
    """Problems that were noted in a visit, most often elsewhere: imported visits know no ranks."""
    return list(
        scoped(Condition, actor)
        .filter(encounter=encounter)
        .exclude(category=Condition.Category.ENCOUNTER)
        .exclude(verification_status="entered-in-error")
        .defer("resource")
        .order_by("id")
    )


def done_in(model: type[Done], encounter: Encounter, *, actor: Actor) -> list[Done]:
    """What was done in a visit."""
    return list(
        scoped(model, actor)
        .filter(encounter=encounter)
        .exclude(status__in=["entered-in-error", "not-done"])
        .defer("resource")
        .order_by("id")
    )


def prescriptions_of(encounter: Encounter, *, actor: Actor) -> list[MedicationRequest]:
    """What was prescribed in a visit."""
    return list(
        scoped(MedicationRequest, actor)
        .filter(encounter=encounter)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .defer("resource")
        .order_by("authored_at", "id")
    )


def orders_of(encounter: Encounter, *, actor: Actor) -> list[ServiceRequest]:
    """What was ordered in a visit, follow-ups included."""
    return list(
        scoped(ServiceRequest, actor)
        .filter(encounter=encounter)
        .exclude(status__in=["entered-in-error", "revoked"])
        .select_related("report", "appointment")
        .defer("resource", "report__resource", "appointment__resource")
        .order_by("authored_at", "id")
    )
