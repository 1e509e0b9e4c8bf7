"""Moving several visits of a series: where each would go at a glance before they do, and the Undo."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.series.moving import Moved, Shift, move_series, take_back_series
from osler.clinic.scheduling.series.preview import Wish, look_at, wish_for
from osler.clinic.scheduling.series.repeating import to_come, versions_of
from osler.foundation.access.policy import decide
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Denied, Missing, Refusal
from osler.kernel.periods import minutes_long
from osler.kernel.states import ImpossibleMove
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import way_back
from osler.web.workspace.scheduling.repeating import STAY, read_places, read_versions, write_versions
from osler.web.workspace.scheduling.series import SEVERAL, STAYS, shown_visits
from osler.web.workspace.scheduling.slot_choice import Choices, read_slot, token
from osler.web.workspace.scheduling.steps import DESK, appointment_of


@allow(*DESK, reads="Appointment", methods=("POST",))
def move(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Move several visits as they were chosen in the preview."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    decide(actor, "move", appointment)
    if appointment.period is None:
        raise Missing
    record_access(Appointment, patient=appointment.patient_id, entity_id=appointment.id)
    choices = Choices()
    slot = read_slot(request.POST, choices=choices, minutes=minutes_long(appointment.period))
    return preview_move(request, appointment, slot, choices)


def preview_move(
    request: HttpRequest, appointment: Appointment, slot: Slot, choices: Choices
) -> HttpResponse:
    """Where this visit and others would go; with `seen` in the form they do, if all of that still stands."""
    actor, form = actor_of(request), request.POST
    reach = SEVERAL.get(form.get("reach", ""))
    members = to_come(appointment, reach, actor=actor) if reach else []
    if reach is None or appointment.id not in {one.id for one in members}:
        raise ImpossibleMove
    status, refused = 200, None
    if "seen" in form:
        try:
            with transaction.atomic():
                moved, count = _move(request, appointment, slot, choices)
        except (Denied, Missing):
            raise
        except Refusal as refusal:
            status, refused = refusal.status, refusal
            appointment = appointment_of(actor, appointment.id)
            members = to_come(appointment, reach, actor=actor)
        else:
            said = ngettext("%(count)d visit is moved.", "%(count)d visits are moved.", count)
            undo = as_seen(
                reverse("series-move-back", args=[appointment.id]),
                moved.before,
                seen=write_versions(versions_of(moved.visits)),
            )
            notify(request, said % {"count": count}, undo_url=undo)
            return redirect(way_back(request, reverse("appointment", args=[appointment.id])))
    shift = Shift.of(appointment, slot)
    wishes = [
        Wish(slot.local_start.date(), slot)
        if one.id == appointment.id
        else wish_for(slot, shift.day(one.recurrence_on), slot.local_start.time())
        for one in members
    ]
    return shown_visits(
        request,
        appointment,
        members,
        look_at(wishes, service=appointment.service, gone=_goers(request, members, appointment)),
        title=_("Move several visits"),
        otherwise=STAYS,
        status=status,
        refusal=refused,
        action=reverse("series-move", args=[appointment.id]),
        kept=[("slot", token(slot)), ("reach", reach.value)],
        rule=shift.moved_rule.words,
        time=slot.clock,
    )


def _move(request: HttpRequest, appointment: Appointment, slot: Slot, choices: Choices) -> tuple[Moved, int]:
    seen = read_versions(request.POST["seen"])
    minutes = minutes_long(appointment.period)
    places = read_places(request.POST, seen, choices=choices, minutes=minutes)
    moved = move_series(
        appointment,
        reach=SEVERAL[request.POST["reach"]],
        to=slot,
        places=places,
        seen=seen,
        actor=actor_of(request),
    )
    return moved, sum(place is not None for place in places.values())


@allow(*DESK, methods=("POST",))
def move_back(request: HttpRequest, appointment_id: UUID) -> HttpResponse:
    """Undo the move of several visits: all as it was before, if every old time is still free."""
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    back = take_back_series(
        appointment,
        seen=read_versions(request.GET.get("seen", "")),
        version=seen_version(request),
        actor=actor,
    )
    said = ngettext(
        "%(count)d visit is as it was before.", "%(count)d visits are as they were before.", len(back)
    )
    notify(request, said % {"count": len(back)})
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def _goers(
    request: HttpRequest, members: Sequence[Appointment], appointment: Appointment
) -> list[Appointment]:
    """Who is about to give his time up: those moved on their own only if that was chosen."""

    def stays(one: Appointment) -> bool:
        usual = STAY if one.is_off_pattern and one.id != appointment.id else ""
        return request.POST.get(f"visit-{one.recurrence_id}", usual) == STAY

    return [one for one in members if not stays(one)]
