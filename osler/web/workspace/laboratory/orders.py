"""One order in the laboratory: collect, enter by keyboard, verify, correct, label."""

from typing import Any
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.observations.trends import latest_lines
from osler.clinic.records.results.corrections import corrections_of
from osler.clinic.records.results.entering import collect_specimen, enter_result, test_of
from osler.clinic.records.results.verifying import FINAL, amend_report, verify_report
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.banner import PatientBanner, hue_of
from osler.foundation.ui.notices import notify
from osler.web.workspace.laboratory.forms import AmendForm, ResultForm
from osler.web.workspace.records.attempts import attempt

READERS = (Role.LAB, Role.NURSE, Role.PHYSICIAN)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _order_of(request: HttpRequest, order_id: UUID) -> ServiceRequest:
    orders = scoped(ServiceRequest, _actor(request)).filter(category="laboratory")
    order = get_object_or_404(orders.select_related("patient", "requester"), id=order_id)
    require_patient(request, order.patient_id)
    record_access(ServiceRequest, patient=order.patient_id, entity_id=order.id)
    return order


def _report_of(request: HttpRequest, order: ServiceRequest) -> DiagnosticReport | None:
    reports = scoped(DiagnosticReport, _actor(request)).filter(order=order)
    return reports.select_related("patient", "entered_by", "verified_by", "encounter").first()


@allow(*READERS, reads="ServiceRequest", methods=("GET",))
def order(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The order with its values."""
    return _page(request, _order_of(request, order_id))


def _page(
    request: HttpRequest,
    shown: ServiceRequest,
    *,
    form: ResultForm | None = None,
    amending: AmendForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = _actor(request)
    report = _report_of(request, shown)
    values = list(scoped(Observation, actor).filter(report=report)) if report else []
    test = test_of(shown)
    lines = latest_lines(shown.patient, actor=actor, last=2, category="laboratory")
    grid = form or ResultForm(test=test, values=values, version=report.version if report else 0)
    context: dict[str, Any] = {
        "order": shown,
        "patient": shown.patient,
        "banner": _banner(shown),
        "test": test,
        "report": report,
        "form": grid,
        "rows": grid.rows(shown.patient, values=values, lines=lines, report=report),
        "is_final": report is not None and report.status in FINAL,
        "amending": amending,
        "corrections": corrections_of(values) if report and report.status == "corrected" else [],
        "may_enter": may(actor, "enter", DiagnosticReport),
        "may_collect": may(actor, "collect", ServiceRequest),
    }
    return render(request, "workspace/laboratory/order.html", context, status=status)


def _banner(shown: ServiceRequest) -> PatientBanner:
    patient = shown.patient
    return PatientBanner(
        name=str(patient),
        birth_date=patient.birth_date,
        sex=patient.get_gender_display(),
        mrn=patient.mrn,
        hue=hue_of(patient.id),
        allergies=(),
    )


@allow(Role.LAB, Role.NURSE, reads="ServiceRequest", methods=("POST",))
def collect(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The specimen has been taken."""
    shown = _order_of(request, order_id)
    collect_specimen(shown, actor=_actor(request), version=seen_version(request))
    notify(request, _("Specimen taken: %(name)s") % {"name": shown.patient.list_name})
    return redirect("lab" if "stay" in request.POST else "lab-order", *_arguments(request, shown))


def _arguments(request: HttpRequest, shown: ServiceRequest) -> list[UUID]:
    return [] if "stay" in request.POST else [shown.id]


@allow(Role.LAB, reads="ServiceRequest", methods=("POST",))
def enter(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Save the values; with the button "verify" make them final in the same step."""
    shown = _order_of(request, order_id)
    actor = _actor(request)
    form = ResultForm(request.POST, test=test_of(shown))
    if form.is_valid():

        def deed() -> DiagnosticReport:
            report = enter_result(
                shown,
                values=form.values(),
                conclusion=form.cleaned_data["conclusion"],
                version=seen_version(request),
                actor=actor,
            )
            return verify_report(report, actor=actor) if "verify" in request.POST else report

        attempt(form, deed)
    if form.errors:
        return _page(request, shown, form=form, status=422)
    if "verify" in request.POST:
        notify(request, _("Verified. The requester has it."))
        return redirect("lab")
    notify(request, _("Entered. It waits for the second look."))
    return redirect("lab-order", shown.id)


@allow(Role.LAB, reads="ServiceRequest", methods=("POST",))
def verify(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The second look: make the entered values final."""
    shown = _order_of(request, order_id)
    report = get_object_or_404(scoped(DiagnosticReport, _actor(request)), order=shown)
    verify_report(report, actor=_actor(request), version=seen_version(request))
    notify(request, _("Verified. The requester has it."))
    return redirect("lab")


@allow(Role.LAB, reads="ServiceRequest", methods=("POST",))
def amend(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """Correct final values; the old ones stay visible."""
    shown = _order_of(request, order_id)
    actor = _actor(request)
    report = get_object_or_404(scoped(DiagnosticReport, actor), order=shown)
    form = ResultForm(request.POST, test=test_of(shown))
    reason = AmendForm(request.POST)
    if form.is_valid() and reason.is_valid():

        def deed() -> DiagnosticReport:
            return amend_report(
                report,
                values=form.values(),
                reason=reason.cleaned_data["reason"],
                version=seen_version(request),
                actor=actor,
            )

        attempt(form, deed)
    if form.errors or reason.errors:
        return _page(request, shown, form=form, amending=reason, status=422)
    notify(request, _("Corrected. The requester sees it again."))
    return redirect("lab-order", shown.id)


@allow(Role.LAB, Role.NURSE, reads="ServiceRequest", methods=("GET",))
def label(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """The label of the specimen, to be printed."""
    shown = _order_of(request, order_id)
    drawing = segno.make(str(shown.id), error="m", micro=False).svg_inline(
        scale=2, border=0, svgclass="label-code", lineclass=None, omitsize=True
    )
    context = {
        "order": shown,
        "patient": shown.patient,
        "test": test_of(shown),
        "code": mark_safe(drawing),  # noqa: S308 - drawn here from an id
    }
    return render(request, "workspace/laboratory/label.html", context)
