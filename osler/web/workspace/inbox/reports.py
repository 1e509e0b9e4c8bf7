"""A result: read, acknowledge and on to the next, forward, release."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport, Observation
from osler.clinic.records.observations.trends import Line, latest_lines
from osler.clinic.records.results.acknowledging import (
    acknowledge_report,
    forward_report,
    reopen_report,
)
from osler.clinic.records.results.corrections import Correction, corrections_of
from osler.clinic.records.results.releasing import release_report
from osler.clinic.records.results.worklists import inbox_reports
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import decide, may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Practitioner
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.records.banner import chart_banner

READERS = (Role.NURSE, Role.PHYSICIAN)


def _report_of(request: HttpRequest, report_id: UUID) -> DiagnosticReport:
    reports = scoped(DiagnosticReport, actor_of(request)).select_related(
        "patient", "order__requester", "owner", "entered_by", "verified_by", "acknowledged_by"
    )
    report = get_object_or_404(reports, id=report_id)
    require_patient(request, report.patient_id)
    record_access(DiagnosticReport, patient=report.patient_id, entity_id=report.id)
    return report


@allow(*READERS, reads="DiagnosticReport", methods=("GET",))
def report(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """A result with its trends; in the inbox of its owner with the next one at hand."""
    return _page(request, _report_of(request, report_id))


def _page(request: HttpRequest, shown: DiagnosticReport, **extra: Any) -> HttpResponse:
    actor = actor_of(request)
    values = list(scoped(Observation, actor).filter(report=shown).order_by("id"))
    lines = {line.code: line for line in _lines(shown.patient, values, request)}
    may_act = may(actor, "acknowledge", DiagnosticReport)
    waiting = list(inbox_reports(actor=actor)) if may_act else []
    context = {
        "report": shown,
        "printed_at": clock.now(),
        "patient": shown.patient,
        "banner": chart_banner(shown.patient, actor=actor),
        "rows": [(value, lines.get(value.code)) for value in values],
        "corrections": _corrections(values, shown),
        "waiting": waiting,
        "next_report": _next(waiting, shown),
        "is_mine": shown.owner_id is not None and shown.owner_id == actor.practitioner_id,
        "may_acknowledge": may_act,
        "colleagues": _colleagues(actor.practitioner_id),
        "message_url": reverse("thread-new", args=[shown.patient_id]),
        **extra,
    }
    return render(request, "workspace/inbox/report.html", context)


def _lines(patient: Patient, values: list[Observation], request: HttpRequest) -> list[Line]:
    """Each measurement as it stood when the report came: a later value is no news of this one."""
    codes = {value.code for value in values}
    until = max((value.effective_at for value in values if value.effective_at), default=None)
    lines = latest_lines(patient, actor=actor_of(request), category="laboratory", until=until)
    return [line for line in lines if line.code in codes]


def _corrections(values: list[Observation], shown: DiagnosticReport) -> list[Correction]:
    return corrections_of(values) if shown.status in {"corrected", "amended"} else []


def _next(waiting: list[DiagnosticReport], shown: DiagnosticReport) -> DiagnosticReport | None:
    return next((row for row in waiting if row.id != shown.id), None)


def _colleagues(own: UUID | None) -> QuerySet[Practitioner]:
    physicians = RoleAssignment.objects.filter(role=Role.PHYSICIAN, ended_at=None)
    return (
        Practitioner.objects.filter(active=True, user_id__in=physicians.values("user_id"))
        .exclude(id=own)
        .order_by("family", "given")
    )


@allow(Role.PHYSICIAN, reads="DiagnosticReport", methods=("POST",))
def acknowledge(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Acknowledge, release if wished, and open the next one."""
    shown = _report_of(request, report_id)
    actor = actor_of(request)
    note = request.POST.get("note", "")[:500]
    acknowledge_report(shown, note=note, actor=actor, version=seen_version(request))
    if "release" in request.POST:
        release_report(shown, actor=actor)
    undo = as_seen(reverse("report-reopen", args=[shown.id]), shown)
    name = shown.patient.list_name
    notify(request, _("Acknowledged: %(name)s") % {"name": name}, undo_url=undo)
    return _onward(request)


def _onward(request: HttpRequest) -> HttpResponse:
    following = inbox_reports(actor=actor_of(request)).first()
    return redirect("report", following.id) if following else redirect("inbox")


@allow(Role.PHYSICIAN, reads="DiagnosticReport", methods=("POST",))
def reopen(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Take an acknowledgement back."""
    shown = _report_of(request, report_id)
    reopen_report(shown, actor=actor_of(request), version=seen_version(request))
    return redirect("report", shown.id)


@allow(Role.PHYSICIAN, reads="DiagnosticReport", methods=("POST",))
def forward(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Hand the result to a colleague."""
    shown = _report_of(request, report_id)
    actor = actor_of(request)
    decide(actor, "forward", shown)
    colleague = _colleagues(None).filter(id=_uuid(request.POST.get("to", ""))).first()
    if colleague is None:
        raise Missing(_("Choose a colleague."), field="to")
    forward_report(shown, to=colleague, actor=actor, version=seen_version(request))
    notify(request, _("Forwarded to %(name)s.") % {"name": colleague})
    return _onward(request)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@allow(Role.PHYSICIAN, reads="DiagnosticReport", methods=("POST",))
def release(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """Let the patient see a held result."""
    shown = _report_of(request, report_id)
    release_report(shown, actor=actor_of(request), version=seen_version(request))
    notify(request, _("The patient can see this result now."))
    return redirect("report", shown.id)
