"""Repeated visits: their times at a glance before they are booked; cancelling several, booking them again."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.lanes import slot_of
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import TimeDoubled
from osler.clinic.scheduling.models import Appointment, Series
from osler.clinic.scheduling.series.preview import Wish, look_at, wish_for
from osler.clinic.scheduling.series.recurrence import rule_of
from osler.clinic.scheduling.series.repeating import (
    Reach,
    book_series,
    cancel_series,
    cancelled_to_come,
    reinstate_series,
    to_come,
    versions_of,
    visits_of,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, form_version, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Denied, Missing, Refusal
from osler.kernel.periods import minutes_long
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.purpose import purpose_of
from osler.web.workspace.scheduling.repeating import (
    OUT,
    STAY,
    Asked,
    read_places,
    read_planned,
    read_repeat,
    read_versions,
    rows_of,
    write_versions,
)
from osler.web.workspace.scheduling.slot_choice import Choices, booking_url, minutes_of, read_slot
from osler.web.workspace.scheduling.steps import DESK, appointment_of

SEVERAL = {reach.value: reach for reach in (Reach.FOLLOWING, Reach.ALL)}
LEFT_OUT = (OUT, gettext_lazy("Leave out"))
STAYS = (STAY, gettext_lazy("Stays as it is"))
STAYS_CANCELLED = (STAY, gettext_lazy("Stays cancelled"))
AS_TYPED = (
    "service",
    "reason",
    "slot",
    "other_practitioner",
    "other_day",
    "other_time",
    "location",
    "fold",
    "next",
)
"""Fields of the booking page that a preview carries on."""


@dataclass(frozen=True)
class Part:
    """What a visit is in its series: its number, the rule in words, and how many a change would reach."""

    series: Series
    number: int
    words: str
    visits: list[Appointment]
    following: int
    everything: int
    moved: int
    again: int
    is_alone: bool
    """Whether no other visit could go along with this one."""


def series_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, Any]:
    """For a visit's page: its place in its series, if it is of one."""
    series = appointment.series
    if series is None or appointment.recurrence_id is None:
        return {"part": None}
    coming = to_come(appointment, Reach.ALL, actor=actor)
    following = [one for one in coming if (one.recurrence_id or 0) >= appointment.recurrence_id]
    part = Part(
        series=series,
        number=appointment.recurrence_id,
        words=rule_of(series).words,
        visits=list(visits_of(series, actor=actor)),
        following=len(following),
        everything=len(coming),
        moved=sum(one.is_off_pattern for one in coming if one.id != appointment.id),
        again=len(cancelled_to_come(appointment, Reach.ALL, actor=actor)),
        is_alone=len(coming) < 2 or appointment.id not in {one.id for one in coming},
    )
    return {"part": part}


def series_day(appointment: Appointment, given: QueryDict) -> date | None:
    """From which day times are offered for a visit of a series unless one was asked for: from its own on,
    for the others follow it."""
    start = appointment.wall_start
    return start.date() if appointment.series_id and start and "day" not in given else None


@allow(*DESK, reads="Patient", methods=("POST",))
def new(request: HttpRequest) -> HttpResponse:
    """The dates of a series before it is booked; with `book` it is, if all that was shown still stands."""
    purpose = purpose_of(request, actor_of(request))
    if purpose is None or purpose.wish or purpose.follow_up:
        raise Missing
    record_access(Patient, patient=purpose.patient.id, entity_id=purpose.patient.id)
    return preview_booking(request, purpose.patient)


def preview_booking(request: HttpRequest, patient: Patient) -> HttpResponse:
    """What the booking page asks for when it says that the visit is repeated."""
    choices, form = Choices(), request.POST
    service = choices.service(form.get("service"))
    repeat = read_repeat(form)
    context: dict[str, Any] = {
        "patient": patient,
        "service": service,
        "repeat": repeat,
        "kept": [(name, form[name]) for name in AS_TYPED if form.get(name)],
        "back": booking_url(patient=patient.id, service=service and service.id),
        "next": way_back(request, ""),
    }
    try:
        pattern = read_slot(form, choices=choices, minutes=minutes_of(service, None))
        first = pattern.local_start.date()
        days = repeat.days(first)
        context |= {"pattern": pattern, "rule": repeat.rule(first)}
    except Refusal as refusal:
        context |= {"refusal": refusal, "asks_fold": isinstance(refusal, TimeDoubled)}
        return render(request, "workspace/scheduling/series_new.html", context, status=422)
    status, refused = 200, None
    if "book" in form:
        try:
            series = _book(request, patient, pattern, choices)
        except (Denied, Missing):
            raise
        except Refusal as refusal:
            status, refused = refusal.status, refusal
        else:
            return _booked(request, series)
    wishes = [wish_for(pattern, day, pattern.local_start.time()) for day in days]
    rows = rows_of(look_at(wishes, service=service), Asked(form, LEFT_OUT))
    context |= {"rows": rows, "refusal": refused, "free": sum(row.seen.is_free for row in rows)}
    return render(request, "workspace/scheduling/series_new.html", context, status=status)


@transaction.atomic
def _book(request: HttpRequest, patient: Patient, pattern: Slot, choices: Choices) -> Series:
    form, first = request.POST, pattern.local_start.date()
    repeat, service = read_repeat(form), choices.service(form.get("service"))
    minutes = minutes_of(service, None)
    return book_series(
        patient,
        rule=repeat.rule(first),
        pattern=pattern,
        planned=read_planned(form, repeat.days(first), choices=choices, minutes=minutes),
        service=service,
        reason=form.get("reason", "")[:300].strip(),
        actor=actor_of(request),
    )


def _booked(request: HttpRequest, series: Series) -> HttpResponse:
    first = visits_of(series, actor=actor_of(request))[0]
    said = ngettext("%(count)d visit is booked.", "%(count)d visits are booked.", series.occurrence_count)
    undo = as_seen(reverse("series-cancel", args=[first.id]), first, reach=Reach.ALL)
    notify(request, said % {"count": series.occurrence_count}, undo_url=undo)
    return redirect(way_back(request, reverse("appointment", args=[first.id])))


@allow(*DESK, reads="Appointment", methods=("GET", "POST"))
def reinstate(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Book cancelled visits of a series again: as chosen in the preview, or by an Undo as they were."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    decide(actor, "reinstate", appointment)
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
    is_undo = request.method == "POST" and "seen" not in request.POST
    status, refused = 200, None
    if request.method == "POST":
        try:
            with transaction.atomic():
                count = _reinstate(request, appointment)
        except (Denied, Missing):
            raise
        except Refusal as refusal:
            if is_undo:
                raise
            status, refused = refusal.status, refusal
        else:
            said = ngettext("%(count)d visit is booked again.", "%(count)d visits are booked again.", count)
            notify(request, said % {"count": count})
            return redirect(way_back(request, reverse("appointment", args=[appointment_id])))
    members = cancelled_to_come(appointment, Reach.ALL, actor=actor)
    wishes = [Wish(slot.local_start.date(), slot) for slot in map(slot_of, members)]
    return shown_visits(
        request,
        appointment,
        members,
        look_at(wishes, service=appointment.service),
        title=_("Book several visits again"),
        otherwise=STAYS_CANCELLED,
        status=status,
        refusal=refused,
        action=reverse("series-reinstate", args=[appointment.id]),
    )


def _reinstate(request: HttpRequest, appointment: Appointment) -> int:
    actor = actor_of(request)
    seen = read_versions(request.POST.get("seen") or request.GET.get("seen", ""))
    own = {
        one.recurrence_id or 0: slot_of(one) for one in cancelled_to_come(appointment, Reach.ALL, actor=actor)
    }
    places: dict[int, Slot | None] = {number: own[number] for number in seen if number in own}
    if "seen" in request.POST and appointment.period is not None:
        minutes = minutes_long(appointment.period)
        places = dict(read_places(request.POST, seen, choices=Choices(), minutes=minutes))
    return len(reinstate_series(appointment, places=places, seen=seen, actor=actor))


@allow(*DESK, methods=("POST",))
def cancel(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Cancel a visit of a series, it and the following, or all to come; Undo takes exactly those back."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    wanted = request.POST.get("reach") or request.GET.get("reach", "")
    gone = cancel_series(
        appointment,
        reach=SEVERAL.get(wanted, Reach.THIS),
        with_moved="with_moved" in request.POST or "reach" in request.GET,
        reason=request.POST.get("reason", "")[:200].strip(),
        version=seen_version(request),
        actor=actor,
    )
    said = ngettext("%(count)d visit is cancelled.", "%(count)d visits are cancelled.", len(gone))
    undo = as_seen(
        reverse("series-reinstate", args=[appointment_id]),
        next((one for one in gone if one.id == appointment_id), appointment),
        seen=write_versions(versions_of(gone)),
    )
    notify(request, said % {"count": len(gone)}, undo_url=undo)
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def shown_visits(
    request: HttpRequest,
    appointment: Appointment,
    members: list[Appointment],
    seen: list[Any],
    *,
    otherwise: tuple[str, Any],
    status: int,
    **more: Any,
) -> HttpResponse:
    """The preview of what becomes of visits that are there."""

    def stays(one: Appointment) -> bool:
        return one.is_off_pattern and one.id != appointment.id and otherwise is STAYS

    context = {
        "appointment": appointment,
        "patient": appointment.patient,
        "rows": rows_of(seen, Asked(request.POST, otherwise, stays), members),
        "seen": write_versions(versions_of(members)),
        "version": form_version(request, appointment),
        "next": way_back(request, ""),
        **more,
    }
    return render(request, "workspace/scheduling/series_visits.html", context, status=status)
