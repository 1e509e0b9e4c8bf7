"""One appointment: what it is, what became of it, and everything that can be done with it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from osler.clinic.scheduling.appointments.history import Change, HistoryEntry, appointment_history
from osler.clinic.scheduling.appointments.resizing import RESIZED
from osler.clinic.scheduling.appointments.together import cancel_together
from osler.clinic.scheduling.calendars.calendar_text import calendar_text
from osler.clinic.scheduling.calendars.pools import taken_with
from osler.clinic.scheduling.models import Appointment, Reservation
from osler.clinic.scheduling.queries import stage_of
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import Location
from osler.foundation.ui.dates import clinic_datetime
from osler.foundation.ui.notices import notify
from osler.foundation.ui.statuses import status_look
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.kernel.states import can_move
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.insured import insurance_of_visit
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.likely_free import risk_of_visit
from osler.web.workspace.scheduling.replies import reminders_of_visit
from osler.web.workspace.scheduling.series import series_of_visit
from osler.web.workspace.scheduling.steps import DESK, appointment_of, next_step
from osler.web.workspace.scheduling.together import neighbours_of_visit, reinstate_url
from osler.web.workspace.scheduling.waiting_list import waiting_of_visit

MOVABLE = frozenset({"booked", "arrived", "cancelled", "noshow"})


@allow(*DESK, reads="Appointment", methods=("GET",))
def detail(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """An appointment with its history."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
    zone = appointment.zone or timezone.get_current_timezone_name()
    stage = stage_of(
        appointment.status, started_at=appointment.started_at, confirmed_at=appointment.confirmed_at
    )
    step, step_word = next_step(stage, actor)
    with timezone.override(ZoneInfo(zone)):
        context = {
            "appointment": appointment,
            "patient": appointment.patient,
            "stage": stage,
            "step": step,
            "step_word": step_word,
            "history": [(entry, _words(entry)) for entry in appointment_history(actor, appointment)],
            "can": _possible(appointment, actor),
            "rooms": _rooms(appointment, actor),
            "taken_with": taken_with(appointment, actor=actor),
            **series_of_visit(appointment, actor=actor),
            **neighbours_of_visit(appointment, actor=actor),
            **reminders_of_visit(appointment, actor=actor),
            **waiting_of_visit(appointment, actor=actor),
            **risk_of_visit(appointment, actor=actor),
            **insurance_of_visit(appointment, actor=actor),
        }
        return render(request, "workspace/scheduling/appointment.html", context)


@allow(*DESK, methods=("POST",))
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel; Undo takes it back while the time is free."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    reason = request.POST.get("reason", "")[:200].strip()
    along = "along" in request.POST or "along_asked" not in request.POST
    earlier = cancel_together(
        appointment, along=along, reason=reason, version=seen_version(request), actor=actor
    )
    said = _("The visit of %s is cancelled.") % appointment.patient
    notify(request, said, undo_url=reinstate_url(appointment, earlier))
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


@allow(*DESK, reads="Appointment", methods=("GET",))
def ics(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """The appointment for the patient's own calendar (RFC 5545): when and where, not why."""
    appointment = appointment_of(actor_of(request), appointment_id)
    if appointment.period is None:
        raise Missing
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id, action="E")
    text = calendar_text(appointment)
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


def _possible(appointment: Appointment, actor: Actor) -> dict[str, bool]:
    """Which deeds the page offers."""
    table, status = Appointment.TRANSITIONS, appointment.status
    has_slot = appointment.period is not None and appointment.practitioner_id is not None
    return {
        "move": status in MOVABLE and has_slot and may(actor, "move", Appointment),
        "resize": status in RESIZED and has_slot and may(actor, "move", Appointment),
        "cancel": can_move(table, current=status, to="cancelled"),
        "miss": can_move(table, current=status, to="noshow"),
        "answer": status in {"proposed", "waitlist"},
        "confirm": status == "booked"
        and not appointment.confirmed_at
        and appointment.period.lower > clock.now(),
        "unconfirm": appointment.is_confirmed,
        "reinstate": status in {"cancelled", "noshow"} and not appointment.is_walk_in,
        "undo_check_in": status == "arrived" and not appointment.is_walk_in,
        "undo_room": status == "checked-in" and may(actor, "room", Appointment),
        "finish": status in {"arrived", "checked-in"} and may(actor, "treat", Appointment),
        "reopen": status == "fulfilled" and may(actor, "treat", Appointment),
        "chart": actor.has_role(Role.NURSE, Role.PHYSICIAN),
    }


def _rooms(appointment: Appointment, actor: Actor) -> list[Location]:
    """Rooms of the site that nobody holds meanwhile."""
    if appointment.status not in {"arrived", "checked-in"} or not may(actor, "room", Appointment):
        return []
    held = (
        Reservation.objects.filter(
            period_end__gt=appointment.period.lower, period__overlap=appointment.period
        )
        .exclude(appointment=appointment)
        .values("resource_id")
    )
    rooms = Location.objects.filter(form=Location.Form.ROOM, status=Location.Status.ACTIVE)
    return list(rooms.filter(part_of=appointment.location_id).exclude(id__in=held).order_by("name"))


def _words(entry: HistoryEntry) -> list[str]:
    """What changed, in words."""
    if entry.is_first:
        return [_("Entered")]
    return [_change_words(change) for change in entry.changes]


def _change_words(change: Change) -> str:
    if change.field == "status":
        return str(status_look(str(change.after)).label)
    before, after = (
        clinic_datetime(one) if isinstance(one, datetime) else str(one or "–")
        for one in (change.before, change.after)
    )
    names = {
        "start": _("Time"),
        "practitioner": _("Clinician"),
        "location": _("Site"),
        "room": _("Room"),
    }
    return f"{names[change.field]}: {before} → {after}"
