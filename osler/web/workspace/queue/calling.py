"""Calling by one button, and what becomes of the call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.models import Queue, QueueEntry
from osler.clinic.scheduling.queue.calling import (
    call_again,
    call_next,
    call_patient,
    finish_here,
    note_no_answer,
    seat_patient,
    take_back_call,
)
from osler.clinic.scheduling.queue.queueing import take_back_walk_in
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.directory.models import Location
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Invalid, Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.queue.lines import step_url
from osler.web.workspace.queue.places import CALLERS, EVERYBODY
from osler.web.workspace.scheduling.filters import read_id, way_back


class RoomNeeded(Invalid):
    """Nobody is called to nowhere."""

    code = "room-needed"
    message = gettext_lazy("Please choose the room to call into.")
    field = "room"


@dataclass(frozen=True)
class Step:
    """A step as a button: what it does, what is said after it, and what takes it back."""

    deed: Callable[..., QueueEntry]
    said: str | Promise
    undo: str = ""
    is_into_room: bool = False


STEPS: Mapping[str, Step] = {
    "call": Step(call_patient, gettext_lazy("%s is called."), "take-back", is_into_room=True),
    "again": Step(call_again, gettext_lazy("%s is called again.")),
    "take-back": Step(take_back_call, gettext_lazy("%s waits again, in the old place.")),
    "no-answer": Step(note_no_answer, gettext_lazy("%s did not answer.")),
    "here": Step(seat_patient, gettext_lazy("%s is in the room.")),
    "done": Step(finish_here, gettext_lazy("%s is done.")),
    "take-out": Step(take_back_walk_in, gettext_lazy("%s was taken out of the queue.")),
}


def entry_of(actor: Actor, entry_id: UUID) -> QueueEntry:
    """An entry with whom it concerns, if the actor may read it."""
    found = scoped(QueueEntry, actor).select_related(
        "appointment__patient", "appointment__service", "patient", "queue__site", "room", "site"
    )
    return get_object_or_404(found, id=entry_id)


@allow(*CALLERS, methods=("POST",))
def call(request: HttpRequest) -> HttpResponse:
    """Call whoever is next in a queue into the room that was chosen."""
    actor = actor_of(request)
    wanted = read_id(request.GET.get("queue"))
    queue = get_object_or_404(scoped(Queue, actor).select_related("site"), id=wanted)
    entry = call_next(queue, room=_room(request, actor, queue.site), actor=actor)
    said = _("%(token)s is called into %(room)s.") % {"token": entry.token, "room": entry.room}
    notify(request, said, undo_url=step_url(entry, "take-back"))
    return redirect(way_back(request, reverse("queue")))


@allow(*EVERYBODY, methods=("POST",))
def take_step(request: HttpRequest, entry_id: UUID, step: str) -> HttpResponse:
    """Do one step and go back to where the button was."""
    wanted = STEPS.get(step)
    if wanted is None:
        raise Missing
    actor = actor_of(request)
    entry = entry_of(actor, entry_id)
    require_patient(request, entry.patient_id)
    extra = {"room": _room(request, actor, entry.site)} if wanted.is_into_room else {}
    done = wanted.deed(entry, version=seen_version(request), actor=actor, **extra)
    notify(
        request, str(wanted.said) % done.token, undo_url=step_url(done, wanted.undo) if wanted.undo else ""
    )
    return redirect(way_back(request, reverse("queue")))


def _room(request: HttpRequest, actor: Actor, site: Location) -> Location:
    wanted = read_id(request.POST.get("room"))
    if wanted is None:
        raise RoomNeeded
    return get_object_or_404(scoped(Location, actor), id=wanted, part_of=site, form=Location.Form.ROOM)
