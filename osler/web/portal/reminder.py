"""The page behind the link of a mail about a visit: will you come? For whoever has it, without signing in.

It shows day, time and place, and nothing of the patient. Opening it changes nothing, so that programs
which look at the links of a mail confirm no visit.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.errors import LinkOver, ReplyTaken
from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.clinic.communication.reminding.answering import (
    answer_by_link,
    is_call_asked_for,
    reader_of,
    visit_of,
)
from osler.clinic.communication.reminding.links import VISITS, token_of
from osler.clinic.communication.reminding.telling import BOOKED, tell_of_move_online
from osler.clinic.communication.reminding.wording import clinic_of, phone_of
from osler.clinic.scheduling.appointments.online import is_changed_late, is_movable
from osler.clinic.scheduling.appointments.together import reschedule_together
from osler.clinic.scheduling.calendars.calendar_text import calendar_text
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import View, allow
from osler.foundation.accounts.attempts import Limit
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Refusal
from osler.kernel.retries import until_done
from osler.web.portal.booking.limits import MOVE
from osler.web.portal.booking.times import Choice, Times, slot_in
from osler.web.portal.registration.limits import HOUR, network

Wish = PatientReply.Wish
OFFERED = frozenset({Wish.CONFIRM, Wish.CANCEL, Wish.CALL, Wish.STOP, Wish.START})
WAIT = _("Many links were opened from this network within an hour. Please wait a while, or call the clinic.")
WRONG = Limit("visit link that is none", 30, WAIT, HOUR)
ANSWERS = Limit("answer by visit link", 120, WAIT, HOUR)


@dataclass(frozen=True)
class Linked:
    """What a link opens: the mail that it came with, its visit, and whoever reads it."""

    notice: Notice
    visit: Appointment
    reader: Actor


def by_link(methods: tuple[str, ...] = ("GET", "POST")) -> Callable[[View], View]:
    """A page for whoever has a link; the view is given the `Linked`, in the reader's language and the hour
    of the visit's place. What is over, was moved or cancelled, and was never made look alike."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def opened(request: HttpRequest, token: str, **rest: Any) -> HttpResponse:
            response = until_done(lambda: _open(request, token, view, rest))
            add_never_cache_headers(response)
            return response

        return allow(methods=methods)(opened)

    return declare


def _open(request: HttpRequest, token: str, view: View, rest: dict[str, Any]) -> HttpResponse:
    named = VISITS.named_by(token, among=[key for key, _name in tenants()])
    if named is None:
        WRONG.count(network(request))
        return _over(request)
    with acting(SystemActor(named[0])):
        notice = Notice.objects.filter(pk=named[1]).first()
    if notice is None or notice.patient_id is None:
        return _over(request)
    reader = reader_of(notice)
    with acting(reader, request_id=request.request_id), translation.override(notice.language):  # type: ignore[attr-defined]
        visit = visit_of(notice, actor=reader)
        if visit is None:
            return _over(request)
        with timezone.override(ZoneInfo(visit.zone or timezone.get_current_timezone_name())):
            return view(request, Linked(notice, visit, reader), **rest)


@by_link()
def answer(request: HttpRequest, linked: Linked) -> HttpResponse:
    """`/v/<token>/`."""
    if request.method == "POST":
        return _take(request, linked.notice, linked.reader)
    record_access(Appointment, patient=linked.visit.patient_id, entity_id=linked.visit.id)
    return render(request, "portal/reminder.html", _shown(linked.notice, linked.visit, linked.reader))


@by_link()
def move(request: HttpRequest, linked: Linked) -> HttpResponse:
    """`/v/<token>/move/`: another time; the link to it is another one, and goes to the same address."""
    visit, service = linked.visit, linked.visit.service
    if service is None or not is_movable(visit):
        return redirect("visit-link", token_of(linked.notice))
    refusal, slot = None, slot_in(request.POST.get("slot", ""), service)
    if request.method == "POST" and slot is not None:
        MOVE.count(network(request))
        try:
            with transaction.atomic():
                reschedule_together(visit, slot=slot, actor=linked.reader)
                told = tell_of_move_online(visit, before=linked.notice)
            return redirect("visit-link", token_of(told))
        except Refusal as found:
            refusal = found
    record_access(Appointment, patient=visit.patient_id, entity_id=visit.id)
    context = {"times": Times(service, Choice.read(request.GET)), "refusal": refusal, "service": service}
    context |= {"clinic": clinic_of(visit).name, "back": token_of(linked.notice)}
    status = refusal.status if refusal else 200
    return render(request, "portal/reminder_move.html", context, status=status)


@by_link(methods=("GET",))
def calendar_file(request: HttpRequest, linked: Linked) -> HttpResponse:
    """`/v/<token>/visit.ics`: the visit for the patient's own calendar."""
    visit = linked.visit
    record_access(Appointment, patient=visit.patient_id, entity_id=visit.id, action="E")
    return calendar_response(visit)


def calendar_response(visit: Appointment) -> HttpResponse:
    """The visit as a file that a calendar takes."""
    response = HttpResponse(calendar_text(visit), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return response


def _take(request: HttpRequest, notice: Notice, reader: Actor) -> HttpResponse:
    ANSWERS.count(network(request))
    wish = request.POST.get("answer", "")
    if wish in OFFERED:
        try:
            reply = answer_by_link(notice, wish=wish, actor=reader)
        except ReplyTaken:
            return redirect(request.path)
        except LinkOver:
            return _over(request)
        if reply is not None and wish == Wish.CANCEL and reply.status == PatientReply.Status.DONE:
            return render(request, "portal/reminder.html", {"is_cancelled": True})
    return redirect(request.path)


def _shown(notice: Notice, appointment: Appointment, reader: Actor) -> dict[str, object]:
    replies = scoped(PatientReply, reader).filter(appointment=appointment, status=PatientReply.Status.OPEN)
    stopped = scoped(OptOut, reader).filter(channel=notice.channel, ended_at=None).exists()
    return {
        "visit": appointment,
        "token": token_of(notice),
        "clinic": clinic_of(appointment).name,
        "phone": phone_of(appointment),
        "is_booked_here": notice.kind == BOOKED and not appointment.confirmed_at,
        "is_stopped": stopped,
        "is_mail": notice.channel == Notice.Channel.EMAIL,
        "is_late": is_changed_late(appointment),
        "is_movable": is_movable(appointment),
        "is_call_asked_for": is_call_asked_for(appointment, actor=reader),
        "wants_to_cancel": replies.filter(wish=Wish.CANCEL).exists(),
    }


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for what is over, was moved or cancelled, and was never made."""
    return render(request, "portal/reminder.html", {"is_over": True}, status=404)
