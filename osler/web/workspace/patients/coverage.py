"""A patient's insurances at the desk: added, corrected, ended, put first, entered in error."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from osler.clinic.insurance.covering import (
    add_coverage,
    amend_coverage,
    end_coverage,
    enter_coverage_in_error,
    make_primary,
)
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.intake.card_reading import keep_pictures
from osler.clinic.patients.models import Patient
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.ui.date_entry import parse_date
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done, form_page
from osler.web.workspace.patients.attached_forms import CoverageAmendForm, CoverageForm
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.cards import Panel, insurance_panel
from osler.web.workspace.patients.reading import open_patient

OFFICE = (Role.RECEPTION, Role.BILLING)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note what stands on an insurance card."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="insurance")
    payers = scoped(Payer, actor).filter(active=True).order_by("name")
    panel = insurance_panel(patient, payers=payers, actor=actor)
    given = request.POST if request.method == "POST" else None
    form = CoverageForm(given, payers=payers, initial=panel.initial(request))
    if form.is_bound and form.is_valid():
        try:
            coverage = form.coverage(patient)
            add_coverage(coverage, member_id=form.cleaned_data["member_id"], actor=actor)
            keep_pictures(panel.sides, coverage)
        except Refusal as refusal:
            return _new_page(request, patient, form, panel, refusal=refusal)
        return done(request, patient, _("The insurance is noted."))
    return _new_page(request, patient, form, panel)


def _new_page(
    request: HttpRequest,
    patient: Patient,
    form: CoverageForm,
    panel: Panel,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The form, with the reader of cards above it."""
    if refusal is not None:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "form": form,
        "title": _("Add insurance"),
        "panel": panel,
        "accepted": request.GET.getlist("take")[:20],
    }
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "workspace/patients/coverage_form.html", context, status=status)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def amend(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """Correct what stands on the card."""
    patient = open_patient(request, patient_id, detail="insurance")
    coverage = _coverage(request, patient_id, coverage_id, "amend")
    initial = {name: getattr(coverage, name) for name in CoverageAmendForm.AMENDED}
    form = CoverageAmendForm(request.POST if request.method == "POST" else None, initial=initial)
    version = seen_version(request) if form.is_bound else coverage.version
    title = _("Correct the insurance")
    if form.is_bound and form.is_valid():
        try:
            amend_coverage(coverage, changes=form.cleaned_data, version=version, actor=actor_of(request))
        except Refusal as refusal:
            return form_page(request, patient, form, title=title, version=version, refusal=refusal)
        return done(request, patient, _("Saved."))
    return form_page(request, patient, form, title=title, version=version)


@allow(*OFFICE, methods=("POST",))
def error(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """It never was this patient's insurance."""
    coverage = _coverage(request, patient_id, coverage_id, "end")
    enter_coverage_in_error(coverage, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is marked as entered in error."))


@allow(*OFFICE, methods=("POST",))
def end(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """The insurance ends today or on the day given."""
    coverage = _coverage(request, patient_id, coverage_id, "end")
    last_day = parse_date(request.POST.get("last_day", "")) or clock.today()
    end_coverage(coverage, last_day=last_day, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is ended."))


@allow(*OFFICE, methods=("POST",))
def first(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """The insurance becomes the primary one."""
    coverage = _coverage(request, patient_id, coverage_id, "amend")
    make_primary(coverage, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is primary now."))


def _coverage(request: HttpRequest, patient_id: UUID, coverage_id: UUID, action: str) -> Coverage:
    rows = scoped(Coverage, actor_of(request), action).select_related("patient")
    return get_object_or_404(rows, id=coverage_id, patient_id=patient_id)
