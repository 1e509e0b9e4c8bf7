"""Moving an appointment: by a page of free times, by carrying it in the calendar, and back."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.scheduling.appointments.together import goes_along, reschedule_together, take_back_together
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import OutsideSchedule, SlotTaken, TimeDoubled
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import decide, may
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.dates import clinic_day
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Denied, Missing, Refusal, StaleVersion
from osler.kernel.periods import minutes_long
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.dropping import is_drop, refused_drop
from osler.web.workspace.scheduling.filters import read_day, way_back
from osler.web.workspace.scheduling.series import SEVERAL, series_day, series_of_visit
from osler.web.workspace.scheduling.series_moving import preview_move
from osler.web.workspace.scheduling.slot_choice import (
    Choices,
    offered_slots,
    preselected,
    read_hoped,
    read_minutes,
    read_slot,
    token,
)
from osler.web.workspace.scheduling.steps import DESK, appointment_of


@allow(*DESK, reads="Appointment", methods=("GET", "POST"))
def move(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Choose another time for an appointment, or take the one it was dragged to."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    decide(actor, "move", appointment)
    if appointment.period is None or appointment.practitioner_id is None:
        raise Missing  # a request has no time yet, a walk-in nobody's
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
    if request.method == "GET":
        context = _page(request, appointment, Choices())
        return render(request, "workspace/scheduling/move.html", context)
    return _move(request, appointment)


@allow(*DESK, methods=("POST",))
def move_back(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Undo a move or another length: all as it was before, if the old time is still free."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    before = request.GET.get("before", "")[:9]
    take_back_together(
        appointment,
        version=seen_version(request),
        earlier_version=int(before) if before.isdecimal() else None,
        actor=actor,
    )
    notify(request, _said(appointment))
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def _move(request: HttpRequest, appointment: Appointment) -> HttpResponse:
    choices = Choices()
    try:
        if request.POST.get("reach") in SEVERAL:
            slot = read_slot(request.POST, choices=choices, minutes=minutes_long(appointment.period))
            return preview_move(request, appointment, slot, choices)
        with transaction.atomic():
            went = _do_move(request, appointment, choices)
    except (Denied, Missing, StaleVersion):
        raise
    except Refusal as refusal:
        fresh = appointment_of(actor_of(request), appointment.id)
        if is_drop(request):
            return refused_drop(request, fresh, refusal)
        context = _page(request, fresh, choices, refusal=refusal)
        return render(request, "workspace/scheduling/move.html", context, status=refusal.status)
    along = {"before": went.version} if went else {}
    undo = as_seen(reverse("appointment-move-back", args=[appointment.id]), appointment, **along)
    notify(request, _said(appointment), undo_url=undo)
    return redirect(way_back(request, reverse("appointment", args=[appointment.id])))


def _do_move(request: HttpRequest, appointment: Appointment, choices: Choices) -> Appointment | None:
    form = request.POST
    minutes = read_minutes(form, default=minutes_long(appointment.period))
    slot: Slot = read_slot(form, choices=choices, minutes=minutes)
    return reschedule_together(
        appointment,
        slot=slot,
        along="along" in form or "along_asked" not in form,
        version=seen_version(request),
        overbook_reason=form.get("overbook_reason", "")[:200].strip() if "overbook" in form else "",
        actor=actor_of(request),
    )


def _said(appointment: Appointment) -> str:
    start = appointment.wall_start
    return _("%(patient)s is moved to %(day)s %(time)s.") % {
        "patient": appointment.patient,
        "day": clinic_day(start.date() if start else None),
        "time": appointment.wall_clock,
    }


def _page(
    request: HttpRequest,
    appointment: Appointment,
    choices: Choices,
    *,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    given = request.POST if request.method == "POST" else request.GET
    practitioner = choices.practitioner(given.get("practitioner", str(appointment.practitioner_id or "")))
    location = choices.location(given.get("location", str(appointment.location_id or "")))
    hoped = read_hoped(given)
    day = read_day(given.get("day")) or series_day(appointment, given)
    slots = offered_slots(
        choices,
        practitioner=practitioner,
        location=location,
        service=appointment.service,
        minutes=minutes_long(appointment.period),
        day=day,
        hoped=hoped,
    )
    times = list(refusal.times) if isinstance(refusal, SlotTaken) else []
    return {
        "appointment": appointment,
        "patient": appointment.patient,
        "choices": choices,
        "practitioner": practitioner,
        "location": location,
        "day": day,
        "hoped": hoped,
        "slots": [(one, token(one)) for one in slots],
        "chosen": preselected(given, slots),
        "refusal": refusal,
        "times": [(one, token(one)) for one in times],
        "may_overbook": isinstance(refusal, SlotTaken | OutsideSchedule)
        and may(actor_of(request), "overbook", Appointment),
        "asks_fold": isinstance(refusal, TimeDoubled),
        "given": given,
        "is_move": True,
        **series_of_visit(appointment, actor=actor_of(request)),
        "goes_along": goes_along(appointment, actor=actor_of(request)),
        "next": way_back(request, ""),
    }
