"""What patients answered to reminders and a person has to see to; reminders of one visit sent again."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.models import Notice, PatientReply
from osler.clinic.communication.reminding.addresses import address_of
from osler.clinic.communication.reminding.answering import TOO_LATE
from osler.clinic.communication.reminding.planning import remind_again
from osler.clinic.communication.reminding.replies import open_replies, reopen_reply, settle_reply
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.steps import DESK, appointment_of

SHOWN_AT_MOST = 100
WHY: dict[str, str | Promise] = {
    TOO_LATE: gettext_lazy("Less than a day before: it is not cancelled yet."),
    "ambiguous": gettext_lazy("Reminders of several visits went to this number: which one is meant?"),
    "nobody": gettext_lazy("No reminder went to this number lately."),
    "offered": gettext_lazy("A time of the waiting list was offered to this number last: is that meant?"),
    "over": gettext_lazy("The visit that was named is over, was moved or cancelled."),
}


@allow(*DESK, reads="PatientReply", methods=("GET",))
def waiting(request: HttpRequest) -> HttpResponse:
    """Wants a call, wants to cancel too late, or said what nobody but a person understands."""
    rows = list(
        open_replies(actor_of(request)).defer("patient__resource", "appointment__resource")[:SHOWN_AT_MOST]
    )
    record_access(PatientReply, patients=[row.patient_id for row in rows if row.patient_id], detail="replies")
    context = {"rows": [(row, row.body, WHY.get(row.why, "")) for row in rows]}
    return render(request, "workspace/scheduling/replies.html", context)


@allow(*DESK, methods=("POST",))
def settle(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """It was dealt with; Undo opens it again."""
    reply = settle_reply(_reply(request, reply_id), version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("reply-reopen", args=[reply.id]), reply)
    notify(request, _("The answer is settled."), undo_url=undo)
    return redirect(way_back(request, reverse("replies")))


@allow(*DESK, methods=("POST",))
def reopen(request: HttpRequest, reply_id: UUID) -> HttpResponse:
    """Undo of settling."""
    reopen_reply(_reply(request, reply_id), version=seen_version(request), actor=actor_of(request))
    notify(request, _("The answer waits again."))
    return redirect("replies")


@allow(*DESK, methods=("POST",))
def remind(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Send one more reminder of a visit now."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    channel = request.POST.get("channel", "")
    if channel not in Notice.Channel.values:
        raise Missing
    remind_again(appointment, channel=channel, actor=actor)
    notify(request, _("The reminder goes out now."))
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def reminders_of_visit(appointment: Appointment, *, actor: Actor) -> dict[str, object]:
    """What was sent about a visit and what became of it, for its page."""
    start = appointment.starts_at
    is_to_come = appointment.status == Appointment.Status.BOOKED and start is not None and start > clock.now()
    sent = scoped(Notice, actor).filter(appointment=appointment).order_by("-id")
    replies = scoped(PatientReply, actor).filter(appointment=appointment).order_by("-received_at", "-id")
    ways = [channel for channel in Notice.Channel if address_of(appointment.patient, channel)]
    return {
        "reminders": list(sent),
        "replies": [(row, row.body, WHY.get(row.why, "")) for row in replies],
        "remind_by": ways if is_to_come and may(actor, "remind", Notice) else [],
    }


def _reply(request: HttpRequest, key: UUID) -> PatientReply:
    actor = actor_of(request)
    reply = get_object_or_404(scoped(PatientReply, actor, "settle").select_related("patient"), id=key)
    if reply.patient_id:
        require_patient(request, reply.patient_id)
    return reply
