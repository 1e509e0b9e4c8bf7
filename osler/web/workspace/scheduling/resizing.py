"""Another length for a visit: by a page of minutes, or by its lower edge in the calendar."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.scheduling.appointments.resizing import LONGEST, SHORTEST, extend_appointment
from osler.clinic.scheduling.errors import OutsideSchedule, SlotTaken
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import decide, may
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, form_version, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Denied, Missing, Refusal, StaleVersion
from osler.kernel.periods import minutes_long
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.dropping import is_drop, refused_drop
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.slot_choice import read_minutes
from osler.web.workspace.scheduling.steps import DESK, appointment_of

OFTEN = (10, 15, 20, 30, 40, 45, 60, 90)


@allow(*DESK, reads="Appointment", methods=("GET", "POST"))
def resize(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """How many minutes a visit takes; its start stays."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    decide(actor, "move", appointment)
    if appointment.period is None:
        raise Missing
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
    if request.method == "GET":
        return _page(request, appointment)
    try:
        with transaction.atomic():
            _do_resize(request, appointment)
    except (Denied, Missing, StaleVersion):
        raise
    except Refusal as refusal:
        fresh = appointment_of(actor, appointment.id)
        return (refused_drop if is_drop(request) else _page)(request, fresh, refusal)
    undo = as_seen(reverse("appointment-move-back", args=[appointment.id]), appointment)
    notify(request, _said(appointment), undo_url=undo)
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def _do_resize(request: HttpRequest, appointment: Appointment) -> None:
    form = request.POST
    extend_appointment(
        appointment,
        minutes=read_minutes(form, default=0),
        version=seen_version(request),
        overbook_reason=form.get("overbook_reason", "")[:200].strip() if "overbook" in form else "",
        actor=actor_of(request),
    )


def _said(appointment: Appointment) -> str:
    return _("The visit of %(patient)s takes %(minutes)s minutes.") % {
        "patient": appointment.patient,
        "minutes": minutes_long(appointment.period),
    }


def _page(request: HttpRequest, appointment: Appointment, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "appointment": appointment,
        "patient": appointment.patient,
        "version": form_version(request, appointment),
        "minutes": request.POST.get("minutes") or minutes_long(appointment.period),
        "often": OFTEN,
        "shortest": SHORTEST,
        "longest": LONGEST,
        "refusal": refusal,
        "may_overbook": isinstance(refusal, SlotTaken | OutsideSchedule)
        and may(actor_of(request), "overbook", Appointment),
        "given": request.POST,
        "next": way_back(request, ""),
    }
    status = refusal.status if refusal else 200
    with timezone.override(ZoneInfo(appointment.zone or "UTC")):
        return render(request, "workspace/scheduling/length.html", context, status=status)
