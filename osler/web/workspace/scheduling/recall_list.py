"""The recall list at the desk: who should come again, what was done, and one way to book."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from osler.clinic.communication.models import RecallRule, RecallStep
from osler.clinic.communication.recalling.due import Recall, note_step, recalls
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ServiceRequest
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import read_id
from osler.web.workspace.scheduling.slot_choice import booking_url
from osler.web.workspace.scheduling.steps import DESK

BY_DESK = frozenset({RecallStep.Said.CONTACTED, RecallStep.Said.DECLINED})


@allow(*DESK, reads="Patient", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Overdue follow-ups, then whoever is due by a rule."""
    rows = recalls(actor_of(request))
    record_access(Patient, patients=[row.patient.id for row in rows], detail="recalls")
    context = {"rows": [(row, _booking(row)) for row in rows], "today": clock.today()}
    return render(request, "workspace/scheduling/recalls.html", context)


@allow(*DESK, methods=("POST",))
def note(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The patient was contacted, or declines."""
    actor, said = actor_of(request), request.POST.get("said", "")
    require_patient(request, patient_id)
    if said not in BY_DESK:
        raise Missing
    patient = get_object_or_404(scoped(Patient, actor).defer("resource"), id=patient_id)
    key = read_id(request.POST.get("rule"))
    rule = get_object_or_404(scoped(RecallRule, actor), id=key) if key else None
    orders = scoped(ServiceRequest, actor).filter(patient=patient)
    order = None if rule else get_object_or_404(orders, id=read_id(request.POST.get("order")))
    note_step(patient, said=said, rule=rule, order=order, actor=actor)
    notify(request, _("Noted for %s.") % patient)
    return redirect("recalls")


def _booking(row: Recall) -> str:
    if row.order is not None:
        return booking_url(follow_up=row.order.id)
    return booking_url(patient=row.patient.id, service=row.rule.service_id if row.rule else None)
