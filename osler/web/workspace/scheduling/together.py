"""A visit and what comes before it: each tells of the other, and an Undo books both again."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.scheduling.appointments.before import earlier_of, suits_before
from osler.clinic.scheduling.appointments.together import goes_along, reinstate_together
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.steps import DESK, appointment_of, step_url


def neighbours_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, Any]:
    """For a visit's page: what comes before it, what it comes before, and what would go along."""
    earlier = earlier_of(appointment, actor=actor)
    later = None
    if appointment.precedes_id:
        found = scoped(Appointment, actor).select_related("service").defer("resource")
        later = found.filter(id=appointment.precedes_id).first()
    return {
        "earlier": earlier,
        "earlier_suits": earlier is not None and suits_before(earlier, appointment),
        "later": later,
        "goes_along": goes_along(appointment, actor=actor),
    }


def reinstate_url(appointment: Appointment, earlier: Appointment | None) -> str:
    """The address of an Undo of cancelling: of the visit, or of both."""
    if earlier is None:
        return step_url(appointment, "reinstate")
    return as_seen(
        reverse("reinstate-both", args=[appointment.id]), appointment, earlier_version=earlier.version
    )


@allow(*DESK, methods=("POST",))
def reinstate(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Book a visit and what comes before it again, both as they were cancelled."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    earlier = seen_version(request, name="earlier_version")
    reinstate_together(appointment, earlier_version=earlier, version=seen_version(request), actor=actor)
    notify(request, _("The visit of %s is booked again.") % appointment.patient)
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))
