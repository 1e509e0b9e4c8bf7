"""The whole of each kind of entry in a chart, the newest first, a page at a time."""

from datetime import datetime

from django.db.models import Count, F, Q
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
PAGE = 50
MOST = 300


def visits(patient: Patient, *, actor: Actor, before: str = "") -> list[Encounter]:
    """A page of visits with their diagnoses counted; `before` is the start of the last one shown."""
    found = (
        scoped(Encounter, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .select_related("practitioner", "location")
        .annotate(note_count=Count("notes", filter=Q(notes__status__in=["final", "amended"]), distinct=True))
        .defer("resource")
        .order_by(F("started_at").desc(nulls_last=True), "-id")
    )
    since = _instant(before)
    if since is not None:
        found = found.filter(started_at__lt=since)
    return list(found[:PAGE])


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def notes(patient: Patient, *, actor: Actor) -> list[ClinicalNote]:
    """Notes with their addenda."""
    found = (
        scoped(ClinicalNote, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("author", "encounter")
        .defer("resource", "encounter__resource", "author__resource")
        .order_by(NOTE_DAY.desc(), "-id")
    )
    return list(found[:PAGE])


def orders(patient: Patient, *, actor: Actor) -> list[ServiceRequest]:
    """Everything that was ordered."""
    found = (
        scoped(ServiceRequest, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("requester", "report")
        .defer("resource", "report__resource")
        .order_by(F("authored_at").desc(nulls_last=True), "-id")
    )
    return list(found[:MOST])


def reports(patient: Patient, *, actor: Actor) -> list[DiagnosticReport]:
    """Results as wholes."""
    found = (
        scoped(DiagnosticReport, actor)
        .filter(patient=patient)
        .exclude(status__in=["entered-in-error", "cancelled"])
        .select_related("owner")
        .defer("resource")
        .order_by(F("effective_at").desc(nulls_last=True), "-id")
    )
    return list(found[:PAGE])


def immunizations(patient: Patient, *, actor: Actor) -> list[Immunization]:
    """Every dose."""
    found = (
        scoped(Immunization, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("performer")
        .defer("resource")
        .order_by("display", F("occurred_at").desc(nulls_last=True))
    )
    return list(found[:MOST])


def procedures(patient: Patient, *, actor: Actor) -> list[Procedure]:
    """Everything that was done."""
    found = (
        scoped(Procedure, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("performer")
        .defer("resource")
        .order_by(F("performed_at").desc(nulls_last=True), "-id")
    )
    return list(found[:MOST])


def plans(patient: Patient, *, actor: Actor) -> list[CarePlan]:
    """What was planned, the living plans first."""
    found = (
        scoped(CarePlan, actor)
        .filter(patient=patient)
        .exclude(status="entered-in-error")
        .select_related("author")
        .defer("resource")
        .order_by("status", F("started_at").desc(nulls_last=True))
    )
    return list(found[:MOST])
