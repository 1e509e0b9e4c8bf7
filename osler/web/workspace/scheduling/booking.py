"""Booking: patient, kind of visit, the next free time already chosen, one button."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.before import earlier_of, needs_another
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.requests import accept_request
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import OutsideSchedule, SlotTaken, TimeDoubled
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import HealthcareService, Practitioner
from osler.foundation.ui.dates import clinic_day
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Denied, Missing, Refusal, StaleVersion
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import (
    read_day,
    read_id,
    way_back,
)
from osler.web.workspace.scheduling.joining import join_url
from osler.web.workspace.scheduling.purpose import Purpose, purpose_of
from osler.web.workspace.scheduling.repeating import is_repeated, read_repeat
from osler.web.workspace.scheduling.series import preview_booking
from osler.web.workspace.scheduling.slot_choice import (
    Choices,
    booking_url,
    minutes_of,
    offered_slots,
    preselected,
    read_hoped,
    read_slot,
    read_start,
    token,
)
from osler.web.workspace.scheduling.steps import DESK

FOUND_AT_MOST = 8


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Book an appointment, or answer a request with a time."""
    actor = actor_of(request)
    purpose = purpose_of(request, actor)
    if purpose is None:
        return _find_patient(request, actor)
    patient = purpose.patient
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    if request.method == "POST":
        if is_repeated(request.POST) and purpose.is_plain:
            return preview_booking(request, patient)
        return _book(request, purpose)
    return render(request, "workspace/scheduling/new.html", _page(request, purpose))


def _find_patient(request: HttpRequest, actor: Actor) -> HttpResponse:
    """No patient is named yet: the same page begins with a search."""
    text = request.GET.get("q", "")
    found = list(find_patients(text, actor=actor, limit=FOUND_AT_MOST)) if text else []
    record_access(Patient, patients=[one.id for one in found], detail="booking search")
    kept = {
        name: request.GET[name]
        for name in ("practitioner", "location", "service", "start", "day", "next")
        if name in request.GET
    }
    context = {
        "text": text,
        "kept": kept.items(),
        "found": [(one, booking_url(patient=one.id, **kept)) for one in found],
    }
    return render(request, "workspace/scheduling/find_patient.html", context)


def _book(request: HttpRequest, purpose: Purpose) -> HttpResponse:
    choices = Choices()
    try:
        with transaction.atomic():
            booked = _do_book(request, purpose, choices)
            purpose.fulfil(booked, actor_of(request))
    except (Denied, Missing, StaleVersion):
        raise
    except Refusal as refusal:
        context = _page(request, purpose, choices=choices, refusal=refusal)
        return render(request, "workspace/scheduling/new.html", context, status=refusal.status)
    start = booked.wall_start
    said = _("%(patient)s is booked: %(day)s %(time)s.") % {
        "patient": purpose.patient,
        "day": clinic_day(start.date() if start else None),
        "time": booked.wall_clock,
    }
    earlier = earlier_of(booked, actor=actor_of(request)) if needs_another(booked.service) else None
    if earlier is not None:
        before = {"service": earlier.service, "time": earlier.wall_clock}
        said += " " + _("%(service)s before it: %(time)s.") % before
    undo = as_seen(reverse("appointment-cancel", args=[booked.id]), booked)
    notify(request, said, undo_url="" if purpose.wish or purpose.follow_up else undo)
    return redirect(way_back(request, reverse("appointment", args=[booked.id])))


def _do_book(request: HttpRequest, purpose: Purpose, choices: Choices) -> Appointment:
    form, wish = request.POST, purpose.wish
    service = choices.service(form.get("service"))
    slot = read_slot(form, choices=choices, minutes=minutes_of(service, None))
    overbook = form.get("overbook_reason", "")[:200].strip() if "overbook" in form else ""
    actor = actor_of(request)
    if wish is not None:
        wish.service = service or wish.service
        return accept_request(
            wish, slot=slot, version=seen_version(request), overbook_reason=overbook, actor=actor
        )
    return book_appointment(
        purpose.patient,
        slot=slot,
        service=service,
        reason=form.get("reason", "")[:300].strip(),
        overbook_reason=overbook,
        actor=actor,
    )


def _page(
    request: HttpRequest,
    purpose: Purpose,
    *,
    choices: Choices | None = None,
    refusal: Refusal | None = None,
) -> dict[str, Any]:
    """Everything the booking page shows, with what was chosen and typed kept."""
    choices = choices or Choices()
    given = request.POST if request.method == "POST" else request.GET
    actor = actor_of(request)
    service = choices.service(given.get("service")) or purpose.service(choices)
    practitioner = choices.practitioner(given.get("practitioner"))
    if practitioner is None and "practitioner" not in given:
        practitioner = purpose.practitioner(choices, actor)
    location = choices.location(given.get("location"))
    day = read_day(given.get("day")) or purpose.day
    hoped = read_hoped(given)
    slots = offered_slots(
        choices, practitioner=practitioner, location=location, service=service, day=day, hoped=hoped
    )
    wanted = _wanted(request, practitioner, choices, service)
    if wanted is not None:
        slots = [wanted, *[one for one in slots if one.start != wanted.start]]
    times = list(refusal.times) if isinstance(refusal, SlotTaken) else []
    return {
        "patient": purpose.patient,
        "wish": purpose.wish,
        "follow_up": purpose.follow_up,
        "choices": choices,
        "service": service,
        "practitioner": practitioner,
        "location": location,
        "day": day,
        "hoped": hoped,
        "slots": [(one, token(one)) for one in slots],
        "chosen": preselected(given, slots),
        "refusal": refusal,
        "times": [(one, token(one)) for one in times],
        "may_overbook": isinstance(refusal, SlotTaken | OutsideSchedule)
        and may(actor, "overbook", Appointment),
        "asks_fold": isinstance(refusal, TimeDoubled),
        "given": given,
        "may_repeat": purpose.is_plain and not needs_another(service),
        "repeat": read_repeat(given),
        "next": way_back(request, ""),
        "join_url": "" if purpose.wish else join_url(purpose.patient, given, service),
    }


def _wanted(
    request: HttpRequest,
    practitioner: Practitioner | None,
    choices: Choices,
    service: HealthcareService | None,
) -> Slot | None:
    """The time that was clicked in the calendar."""
    start = read_start(request)
    if start is None or practitioner is None or request.method == "POST":
        return None
    place = read_id(request.GET.get("location"))
    schedule = choices.schedule(practitioner.id, place)
    if schedule is None:
        return None
    text = f"{practitioner.id}~{schedule.location_id}~{start.isoformat()}"
    form = request.GET.copy()
    form["slot"] = text
    return read_slot(form, choices=choices, minutes=minutes_of(service, schedule))
