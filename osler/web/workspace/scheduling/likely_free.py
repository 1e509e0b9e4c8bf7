"""Times that are likely to be free because who has them may not come: a person decides whether to book
beside."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.communication.missing.model import latest_model
from osler.clinic.communication.missing.scoring import LikelyFree, likely_free, risk_of
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.slot_choice import booking_url

DAYS = 7


@allow(Role.RECEPTION, Role.PHYSICIAN, reads="Appointment", methods=("GET",))
def listing(request: HttpRequest) -> HttpResponse:
    """Visits of the next days with a high risk, each with the booking page for its time."""
    rows = likely_free(actor_of(request), days=DAYS)
    shown = [row.appointment.patient_id for row in rows]
    record_access(Appointment, patients=shown, detail="likely free")
    context = {"rows": [(row, _beside(row)) for row in rows], "days": DAYS, "model": latest_model()}
    return render(request, "workspace/scheduling/likely_free.html", context)


def risk_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, object]:
    """For its page: how likely it is to be missed and why; nothing where nothing was learnt."""
    return {"risk": risk_of(appointment, actor=actor)}


def _beside(row: LikelyFree) -> str:
    visit = row.appointment
    return booking_url(
        practitioner=visit.practitioner_id,
        location=visit.location_id,
        service=visit.service_id,
        start=visit.period.lower.isoformat(),
    )
