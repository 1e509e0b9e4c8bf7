"""Who opened this chart, what did this person open; each list can be taken away as CSV."""

import csv
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date
from django.utils.timezone import make_aware

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import Patient
from osler.clinic.patients.queries import ids_of
from osler.foundation.access.accounting import Opening, about, in_words
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.accounts.models import User
from osler.foundation.audit.access import record_access
from osler.foundation.audit.models import AuditEvent
from osler.foundation.ui.shell import KeysetPage
from osler.kernel.errors import Missing
from osler.web.workspace.patients.reading import followed

PAGE = 100
MOST_EXPORTED = 50_000
READS = Q(action__in=["R", "E"])


@allow(Role.PRIVACY, reads="AuditEvent", methods=("GET",))
def privacy(request: HttpRequest) -> HttpResponse:
    """`/privacy/`: find a chart, and the latest openings of all."""
    query = request.GET.get("q", "").strip()[:200]
    found = list(find_patients(query, actor=request.actor, limit=20)) if query else []  # type: ignore[attr-defined]
    record_access(AuditEvent, patients=[patient.id for patient in found], detail="search" if query else "")
    events = AuditEvent.objects.filter(READS, _period(request)).order_by("-recorded_at", "-id")
    return _answer(request, events, "workspace/privacy/privacy.html", {"query": query, "found": found})


@allow(Role.PRIVACY, reads="AuditEvent", methods=("GET",))
def chart_openings(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Who opened this chart; with `all=1` also who changed it."""
    patient = scoped(Patient, request.actor).filter(pk=patient_id).first()  # type: ignore[attr-defined]
    if patient is None:
        raise Missing
    followed(request, patient)
    record_access(AuditEvent, patient=patient.id, detail="who opened this chart")
    kinds = Q() if request.GET.get("all") else READS
    events = AuditEvent.objects.filter(about(*ids_of(patient.id)), kinds, _period(request)).order_by(
        "-recorded_at", "-id"
    )
    return _answer(request, events, "workspace/privacy/openings.html", {"patient": patient})


@allow(Role.PRIVACY, reads="AuditEvent", methods=("GET",))
def user_openings(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """What one person has opened."""
    if not RoleAssignment.objects.filter(user_id=user_id).exists():
        raise Missing
    user = User.objects.get(pk=user_id)
    record_access(AuditEvent, detail=f"what {user_id} opened")
    events = AuditEvent.objects.filter(READS, _period(request), actor_id=user_id).order_by(
        "-recorded_at", "-id"
    )
    return _answer(request, events, "workspace/privacy/openings.html", {"person": user})


def _period(request: HttpRequest) -> Q:
    """The days asked for (`from`, `to`, ISO dates) and the place in the list (`before`, an event's id)."""
    condition = Q()
    first, last = _day(request, "from"), _day(request, "to")
    if first:
        condition &= Q(recorded_at__gte=first)
    if last:
        condition &= Q(recorded_at__lt=last + timedelta(days=1))
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        condition &= Q(id__lt=int(before))
    return condition


def _day(request: HttpRequest, name: str) -> datetime | None:
    try:
        day = parse_date(request.GET.get(name, ""))
    except ValueError:
        return None
    if day is None or not 1900 < day.year < 9000:
        return None
    return make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware at once


def _answer(request: HttpRequest, events: object, template: str, context: dict[str, object]) -> HttpResponse:
    if request.GET.get("format") == "csv":
        return _csv(in_words(events[:MOST_EXPORTED]))  # type: ignore[index]
    rows = in_words(events[: PAGE + 1])  # type: ignore[index]
    openings = rows[:PAGE]
    names = _patient_names(request, openings)
    query = request.GET.copy()
    following = ""
    if len(rows) > PAGE:
        query["before"] = str(openings[-1].event_id)
        following = "?" + query.urlencode()
    query["format"] = "csv"
    shown = [(opening, names.get(opening.patient_id)) for opening in openings]
    page = KeysetPage(len(openings), next_url=following)
    return render(
        request, template, {**context, "openings": shown, "page": page, "csv_url": "?" + query.urlencode()}
    )


def _patient_names(request: HttpRequest, openings: list[Opening]) -> dict[UUID | None, Patient]:
    wanted = {opening.patient_id for opening in openings if opening.patient_id}
    patients = scoped(Patient, request.actor).filter(pk__in=wanted)  # type: ignore[attr-defined]
    return {patient.id: patient for patient in patients}


def _csv(openings: list[Opening]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="openings.csv"'
    writer = csv.writer(response)
    writer.writerow(["when", "who", "role", "what", "of", "patient", "reason"])
    for one in openings:
        cells = [
            one.at.isoformat(),
            one.user_name,
            one.role,
            one.action,
            one.entity,
            one.patient_id or "",
            one.reason,
        ]
        writer.writerow([_harmless(str(cell)) for cell in cells])
    return response


def _harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if cell[:1] in "=+-@\t\r" else cell
