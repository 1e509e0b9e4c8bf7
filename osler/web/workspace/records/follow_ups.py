"""A follow-up that waits is the appointment that is there already."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import book_follow_up
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)


@allow(*DESK, methods=("POST",))
def tie(request: HttpRequest, order_id: UUID, appointment_id: UUID) -> HttpResponse:
    """Tie them; the order is done."""
    actor = actor_of(request)
    order = get_object_or_404(scoped(ServiceRequest, actor), id=order_id)
    require_patient(request, order.patient_id)
    appointment = get_object_or_404(scoped(Appointment, actor), id=appointment_id)
    book_follow_up(order, appointment=appointment, actor=actor)
    notify(request, _("Follow-up booked."))
    return redirect("appointment-requests")
