"""The whole of each kind of entry in a chart: rows without end, and the key by which they are paged."""

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import (
    CarePlan,
    ClinicalNote,
    DiagnosticReport,
    Encounter,
    Immunization,
    Procedure,
    ServiceRequest,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

NOTE_DAY = Coalesce("signed_at", "created_at")
# The newest first; doses by vaccine, plans by state (the active ones first).
KEYS: dict[str, tuple[str, ...]] = {
    "visits": ("started_at", "id"),
    "notes": ("day", "id"),
    "orders": ("authored_at", "id"),
    "reports": ("effective_at", "id"),
    "immunizations": ("+display", "occurred_at", "id"),
    "procedures": ("performed_at", "id"),
    "plans": ("+status", "started_at", "id"),
}


def visits(patient: Patient, *, actor: Actor) -> QuerySet[Encounter]:
    """Visits, with their notes counted."""
    signed = Q(notes__status__in=["final", "amended"])
    return (
        scoped(Encounter, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .select_related("practitioner", "location")
        .annotate(note_count=Count("notes", filter=signed, distinct=True))
        .defer("resource")
    )


def notes(patient: Patient, *, actor: Actor) -> QuerySet[ClinicalNote]:
    """Notes with their addenda, each on the `day` of its signature."""
    return (
        scoped(ClinicalNote, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .annotate(day=NOTE_DAY)
        .select_related("author", "encounter")
        .defer("resource", "encounter__resource", "author__resource")
    )


def orders(patient: Patient, *, actor: Actor) -> QuerySet[ServiceRequest]:
    """Everything that was ordered."""
    return (
        scoped(ServiceRequest, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("requester", "report")
        .defer("resource", "report__resource")
    )


def reports(patient: Patient, *, actor: Actor) -> QuerySet[DiagnosticReport]:
    """Results as wholes."""
    return (
        scoped(DiagnosticReport, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .select_related("owner")
        .defer("resource")
    )


def immunizations(patient: Patient, *, actor: Actor) -> QuerySet[Immunization]:
    """Every dose."""
    return (
        scoped(Immunization, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("performer")
        .defer("resource")
    )


def procedures(patient: Patient, *, actor: Actor) -> QuerySet[Procedure]:
    """Everything that was done."""
    return (
        scoped(Procedure, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("performer")
        .defer("resource")
    )


def plans(patient: Patient, *, actor: Actor) -> QuerySet[CarePlan]:
    """What was planned."""
    return (
        scoped(CarePlan, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("author")
        .defer("resource")
    )
