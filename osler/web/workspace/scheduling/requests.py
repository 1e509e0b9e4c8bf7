"""Visits that patients ask for: answered with a time or with a reason."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.records.orders.follow_ups import coming_appointments, follow_ups_due
from osler.clinic.scheduling.appointments.requests import decline_request
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import asked_for
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.slot_choice import booking_url
from osler.web.workspace.scheduling.steps import DESK, appointment_of, step_url

SHOWN_AT_MOST = 100


@allow(*DESK, reads="Appointment", methods=("GET",))
def waiting(request: HttpRequest) -> HttpResponse:
    """Requests without an answer and follow-ups without a time, the oldest first."""
    actor = actor_of(request)
    rows = list(asked_for(actor)[:SHOWN_AT_MOST])
    due = list(follow_ups_due(actor=actor)[:SHOWN_AT_MOST])
    coming = coming_appointments([order.patient_id for order in due], actor=actor)
    shown = [row.patient_id for row in (*rows, *due)]
    record_access(Appointment, patients=shown, detail="requests")
    context = {
        "rows": [(row, booking_url(request=row.id)) for row in rows],
        "due": [(order, booking_url(follow_up=order.id), coming.get(order.patient_id)) for order in due],
        "today": clock.today(),
    }
    return render(request, "workspace/scheduling/requests.html", context)


@allow(*DESK, methods=("POST",))
def decline(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Say no, with a reason that the patient reads."""
    reason = request.POST.get("reason", "")[:200].strip()
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id, "answer")
    require_patient(request, appointment.patient_id)
    decline_request(appointment, reason=reason, version=seen_version(request), actor=actor)
    said = _("The request of %s is declined.") % appointment.patient
    notify(request, said, undo_url=step_url(appointment, "reinstate"))
    return redirect(way_back(request, "/appointments/requests/"))
