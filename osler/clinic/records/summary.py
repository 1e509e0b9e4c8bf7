"""The chart on one page: what a clinician must know of a patient, in a fixed number of statements."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet

from osler.clinic.patients.models import Patient
from osler.clinic.records.allergies.recording import active_allergies
from osler.clinic.records.history import NOTE_DAY
from osler.clinic.records.medications.active import ActiveMedication, active_medications
from osler.clinic.records.models import (
    AllergyIntolerance,
    CarePlan,
    ClinicalNote,
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    Procedure,
    ServiceRequest,
)
from osler.clinic.records.observations.trends import Line, by_weight, latest_lines, vitals_in_order
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

RECENT = 8
LIVE = ("active", "recurrence", "relapse")
NEWEST = F("started_at").desc(nulls_last=True)


@dataclass(frozen=True)
class ChartSummary:
    """Everything on the first page of a chart."""

    patient: Patient
    problems: list[Condition]
    past_problems: list[Condition]
    allergies: list[AllergyIntolerance]
    medications: list[ActiveMedication]
    vitals: list[Line]
    results: list[Line]
    other_findings: list[Line]
    encounters: list[Encounter]
    notes: list[ClinicalNote]
    plans: list[CarePlan]
    immunizations: list[Immunization]
    procedures: list[Procedure]
    orders: list[ServiceRequest]
    reports: list[DiagnosticReport]

    @property
    def tests(self) -> list[ServiceRequest]:
        return [order for order in self.orders if order.category != "follow-up"]

    @property
    def follow_ups(self) -> list[ServiceRequest]:
        return [order for order in self.orders if order.category == "follow-up"]


def chart_summary(patient: Patient, *, actor: Actor) -> ChartSummary:
    """Read the first page of a chart: 13 statements, however long the chart is."""
    lines = latest_lines(patient, actor=actor)
    problems = problem_list(patient, actor=actor)
    return ChartSummary(
        patient=patient,
        problems=[row for row in problems if row.clinical_status in LIVE],
        past_problems=[row for row in problems if row.clinical_status not in LIVE],
        allergies=list(active_allergies(patient, actor=actor).defer("resource")),
        medications=active_medications(patient, actor=actor),
        vitals=vitals_in_order(lines),
        results=by_weight([line for line in lines if line.category == "laboratory"]),
        other_findings=[line for line in lines if line.category not in ("vital-signs", "laboratory")],
        encounters=list(past_encounters(patient, actor=actor)[:RECENT]),
        notes=list(_notes(patient, actor=actor)[:RECENT]),
        plans=list(_plans(patient, actor=actor)),
        immunizations=_latest_immunizations(patient, actor=actor),
        procedures=_latest_procedures(patient, actor=actor),
        orders=list(_open_orders(patient, actor=actor)),
        reports=list(_waiting_reports(patient, actor=actor)),
    )


def problem_list(patient: Patient, *, actor: Actor) -> list[Condition]:
    """Each problem once, by its latest entry: the living ones first, the newest first."""
    found = (
        scoped(Condition, actor)
        .filter(patient=patient)
        .exclude(verification_status__in=["refuted", "entered-in-error"])
        .defer("resource")
        .order_by("system", "code", "display", "-category", F("onset_at").desc(nulls_last=True))
        .distinct("system", "code", "display")
    )
    return sorted(found, key=_by_life_and_onset)


def _by_life_and_onset(problem: Condition) -> tuple[bool, float, str]:
    began: datetime | None = problem.onset_at or problem.recorded_at
    return (
        problem.clinical_status not in LIVE,
        -began.timestamp() if began else 0.0,
        problem.display,
    )


def past_encounters(patient: Patient, *, actor: Actor) -> QuerySet[Encounter]:
    """Visits, the newest first."""
    return (
        scoped(Encounter, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .select_related("practitioner")
        .defer("resource")
        .order_by(NEWEST, "-id")
    )


def _notes(patient: Patient, *, actor: Actor) -> QuerySet[ClinicalNote]:
    return (
        scoped(ClinicalNote, actor)
        .filter(patient=patient, amends=None)
        .exclude(status="entered-in-error")
        .select_related("author")
        .defer("resource", "subjective", "objective")
        .order_by(NOTE_DAY.desc(), "-id")
    )


def _plans(patient: Patient, *, actor: Actor) -> QuerySet[CarePlan]:
    return (
        scoped(CarePlan, actor)
        .filter(patient=patient, status__in=["active", "on-hold", "draft"])
        .defer("resource")
        .order_by(NEWEST)[:RECENT]
    )


def _latest_immunizations(patient: Patient, *, actor: Actor) -> list[Immunization]:
    found = (
        scoped(Immunization, actor)
        .filter(patient=patient, status="completed")
        .defer("resource")
        .order_by("system", "code", F("occurred_at").desc(nulls_last=True))
        .distinct("system", "code")
    )
    return sorted(found, key=lambda row: row.occurred_at or row.created_at, reverse=True)


def _latest_procedures(patient: Patient, *, actor: Actor) -> list[Procedure]:
    found = (
        scoped(Procedure, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "not-done"])
        .defer("resource")
        .order_by("system", "code", "display", F("performed_at").desc(nulls_last=True))
        .distinct("system", "code", "display")
    )
    return sorted(found, key=lambda row: row.performed_at or row.created_at, reverse=True)


def _open_orders(patient: Patient, *, actor: Actor) -> QuerySet[ServiceRequest]:
    return (
        scoped(ServiceRequest, actor)
        .filter(patient=patient, status__in=["active", "on-hold"])
        .filter(Q(category="follow-up") | Q(report=None) | Q(report__status="preliminary"))
        .select_related("requester")
        .defer("resource")
        .order_by("due_on", "-authored_at")
    )


def _waiting_reports(patient: Patient, *, actor: Actor) -> QuerySet[DiagnosticReport]:
    return (
        scoped(DiagnosticReport, actor)
        .filter(patient=patient, acknowledged_at=None, owner__isnull=False)
        .filter(status__in=["final", "amended", "corrected", "appended"])
        .select_related("owner")
        .defer("resource")
        .order_by("-is_critical", "-is_abnormal", "issued_at")
    )
