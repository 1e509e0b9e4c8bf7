"""What the calendar asks before a carried visit is dropped, and what it shows when the drop is refused."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.appointments.looking import Look, look_at
from osler.clinic.scheduling.errors import OutsideSchedule, SlotTaken, TimeDoubled
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import may
from osler.foundation.access.routes import allow
from osler.kernel.errors import Missing, Refusal
from osler.kernel.periods import minutes_long
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.slot_choice import Choices, read_minutes, read_slot, token
from osler.web.workspace.scheduling.steps import DESK, appointment_of

WORDS = {
    Look.FREE: _("Free"),
    Look.OUTSIDE: _("Outside working hours"),
    Look.TAKEN: _("Taken"),
    Look.ROOM: _("The room is in use"),
    Look.LACKING: _("Something it needs is in use"),
    Look.OVER: _("Already over"),
}
SENT = ("slot", "other_practitioner", "other_day", "other_time", "location", "minutes", "next")
"""What a drop says of the wished place."""


@allow(*DESK, methods=("GET",))
def look(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """How a time looks to a visit that is being carried: one word, and nothing about anybody else."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    if appointment.period is None:
        raise Missing
    minutes = read_minutes(request.GET, default=minutes_long(appointment.period))
    slot = read_slot(request.GET, choices=Choices(services=[]), minutes=minutes)
    found = look_at(appointment, slot, actor=actor)
    return JsonResponse({"look": found.value, "words": str(WORDS[found])})


def is_drop(request: HttpRequest) -> bool:
    """Whether the calendar itself asks, and not a page of its own."""
    return request.headers.get("HX-Target") == "calendar"


def refused_drop(request: HttpRequest, appointment: Appointment, refusal: Refusal) -> HttpResponse:
    """The refusal as a dialog over the calendar, with the ways on: other times, or a reason to overbook."""
    is_length = request.resolver_match is not None and request.resolver_match.url_name == "appointment-length"
    offers_times = isinstance(refusal, SlotTaken) and not is_length
    context = {
        "appointment": appointment,
        "patient": appointment.patient,
        "refusal": refusal,
        "times": [(one, token(one)) for one in refusal.times] if offers_times else [],  # type: ignore[attr-defined]
        "may_overbook": isinstance(refusal, SlotTaken | OutsideSchedule)
        and may(actor_of(request), "overbook", Appointment),
        "asks_fold": isinstance(refusal, TimeDoubled),
        "given": request.POST,
        "sent": [(name, request.POST[name]) for name in SENT if request.POST.get(name)],
    }
    answer = render(request, "workspace/scheduling/drop_refused.html", context, status=refusal.status)
    answer["HX-Retarget"] = "#drop-refused"
    answer["HX-Reswap"] = "innerHTML"
    return answer
