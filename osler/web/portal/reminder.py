"""The page behind the link of a reminder: will you come? For whoever has the link, without signing in.

It shows day, time and place, and nothing of the patient. Opening it changes nothing, so that programs
which look at the links of a mail confirm no visit.
"""

from zoneinfo import ZoneInfo

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
from osler.clinic.communication.reminding.links import named_by
from osler.clinic.communication.reminding.wording import clinic_of, phone_of
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.online import is_changed_late
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.accounts.attempts import Limit
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.retries import until_done
from osler.web.portal.registration.limits import HOUR, network

Wish = PatientReply.Wish
OFFERED = frozenset({Wish.CONFIRM, Wish.CANCEL, Wish.CALL, Wish.STOP, Wish.START})
WAIT = _("Many links were opened from this network within an hour. Please wait a while, or call the clinic.")
WRONG = Limit("visit link that is none", 30, WAIT, HOUR)
ANSWERS = Limit("answer by visit link", 120, WAIT, HOUR)


@allow()
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """`/v/<token>/`."""
    response = until_done(lambda: _answer(request, token))
    add_never_cache_headers(response)
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    named = named_by(token, among=[key for key, _name in tenants()])
    if named is None:
        WRONG.count(network(request))
        return _over(request)
    with acting(SystemActor(named[0])):
        notice = Notice.objects.filter(pk=named[1]).first()
    if notice is None or notice.patient_id is None:
        return _over(request)
    reader = reader_of(notice)
    with acting(reader, request_id=request.request_id), translation.override(notice.language):  # type: ignore[attr-defined]
        appointment = visit_of(notice, actor=reader)
        if appointment is None:
            return _over(request)
        if request.method == "POST":
            return _take(request, notice, reader)
        record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
        with timezone.override(ZoneInfo(appointment.zone or timezone.get_current_timezone_name())):
            return render(request, "portal/reminder.html", _shown(notice, appointment, reader))


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
        "clinic": clinic_of(appointment).name,
        "phone": phone_of(appointment),
        "is_stopped": stopped,
        "is_mail": notice.channel == Notice.Channel.EMAIL,
        "is_late": is_changed_late(appointment),
        "is_call_asked_for": is_call_asked_for(appointment, actor=reader),
        "wants_to_cancel": replies.filter(wish=Wish.CANCEL).exists(),
    }


def _over(request: HttpRequest) -> HttpResponse:
    """The same page for what is over, was moved or cancelled, and was never made."""
    return render(request, "portal/reminder.html", {"is_over": True}, status=404)
