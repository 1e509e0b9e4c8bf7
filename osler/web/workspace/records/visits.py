"""The page of a visit: the chart beside the bench of the nurse or the physician."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.encounters.reading import visit_record
from osler.clinic.records.encounters.visit import (
    OPEN,
    enter_encounter_in_error,
    finish_encounter,
    start_encounter,
)
from osler.clinic.records.models import Encounter
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.reading import followed
from osler.web.workspace.records.attempts import visit_of
from osler.web.workspace.records.bench import bench_of
from osler.web.workspace.records.chart import chart_page
from osler.web.workspace.records.forms import AddendumForm
from osler.web.workspace.records.sections import Section, section_of


@allow(Role.NURSE, Role.PHYSICIAN, methods=("POST",))
def start(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Begin (or come back to) the visit of an appointment."""
    actor = actor_of(request)
    appointment = get_object_or_404(scoped(Appointment, actor), id=appointment_id)
    require_patient(request, appointment.patient_id)
    encounter = start_encounter(appointment, actor=actor)
    return redirect("encounter", encounter.id)


@allow(Role.NURSE, Role.PHYSICIAN, methods=("POST",))
def start_unscheduled(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Begin a visit without an appointment."""
    actor = actor_of(request)
    patient = followed(request, get_object_or_404(scoped(Patient, actor), id=patient_id))
    require_patient(request, patient.id)
    encounter = start_encounter(patient, actor=actor, reason=request.POST.get("reason", "")[:500])
    return redirect("encounter", encounter.id)


@allow(Role.NURSE, Role.PHYSICIAN, reads="Encounter", methods=("GET",))
def encounter(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """A visit: while it is open the chart with the bench, afterwards what it came to."""
    visit = visit_of(request, encounter_id)
    is_open = visit.status in OPEN
    key = request.GET.get("section", "summary" if is_open else "visit")
    section = _visit_section(visit) if key == "visit" else section_of(key)
    bench: dict[str, Any] = {}
    if is_open and request.headers.get("HX-Target") != "chart":
        bench = bench_of(visit, actor=actor_of(request), wanted=request.GET.get("bench", ""))
    return chart_page(request, visit.patient, section=section, encounter=visit, extra=bench)


def _visit_section(visit: Encounter) -> Section:
    def read(_patient: Patient, *, actor: Any, **_kwargs: Any) -> dict[str, Any]:
        record = visit_record(visit, actor=actor)
        return {"record": record, "addendum_form": AddendumForm(auto_id="addendum-%s")}

    return Section("visit", _("This visit"), read)


@allow(Role.NURSE, Role.PHYSICIAN, methods=("POST",))
def finish(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Close a visit whose notes are all signed."""
    visit = visit_of(request, encounter_id)
    finish_encounter(visit, actor=actor_of(request))
    notify(request, _("Visit finished."))
    return redirect("encounter", visit.id)


@allow(Role.NURSE, Role.PHYSICIAN, methods=("POST",))
def cancel(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The visit was opened by mistake."""
    visit = visit_of(request, encounter_id)
    enter_encounter_in_error(visit, actor=actor_of(request))
    notify(request, _("Visit taken back."))
    return redirect(f"/patients/{visit.patient_id}/")
