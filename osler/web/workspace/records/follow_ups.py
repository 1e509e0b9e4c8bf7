"""The due list: follow-ups that wait to be booked."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import (
    book_follow_up,
    coming_appointments,
    follow_ups_due,
)
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.records.attempts import require_patient
from osler.web.workspace.records.chart import actor_of

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)
MOST = 200


@allow(*DESK, reads="ServiceRequest", methods=("GET",))
def due(request: HttpRequest) -> HttpResponse:
    """All that are due, the most pressing first, each with the patient's next appointment."""
    actor = actor_of(request)
    orders = list(follow_ups_due(actor=actor)[:MOST])
    coming = coming_appointments([order.patient_id for order in orders], actor=actor)
    record_access(ServiceRequest, patients=[order.patient_id for order in orders], detail="due list")
    rows = [(order, coming.get(order.patient_id)) for order in orders]
    context = {"rows": rows, "today": clock.today()}
    return render(request, "workspace/records/follow_ups.html", context)


@allow(*DESK, reads="ServiceRequest", methods=("POST",))
def tie(request: HttpRequest, order_id: UUID, appointment_id: UUID) -> HttpResponse:
    """The appointment that is there already is the follow-up."""
    actor = actor_of(request)
    order = get_object_or_404(scoped(ServiceRequest, actor), id=order_id)
    require_patient(request, order.patient_id)
    appointment = get_object_or_404(scoped(Appointment, actor), id=appointment_id)
    book_follow_up(order, appointment=appointment, actor=actor)
    notify(request, _("Follow-up booked."))
    return redirect("follow-ups")
