"""Lines of the queue: a number, who it is, why he is where he stands, and what can be done now."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.scheduling.models import QueueEntry
from osler.clinic.scheduling.queries import stage_of
from osler.clinic.scheduling.queue.calling import can_call, can_finish
from osler.clinic.scheduling.queue.waiting_room import WaitingRoom
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.foundation.access.seen_version import as_seen
from osler.web.workspace.queue.places import DESK

TONES = {1: "danger", 2: "warn", 3: "neutral", 4: "quiet"}
ICONS = {1: "siren", 2: "zap", 3: "calendar", 4: "footprints"}


@dataclass(frozen=True)
class Line:
    """An entry as one sees it; the addresses of what may not be done by the reader are empty."""

    entry: QueueEntry
    tone: str
    icon: str
    why: str
    stage: str
    since: datetime | None
    missed: str
    url: str = ""
    call_url: str = ""
    again_url: str = ""
    here_url: str = ""
    no_answer_url: str = ""
    take_back_url: str = ""
    done_url: str = ""
    priority_url: str = ""
    slip_url: str = ""


def waiting_lines(room: WaitingRoom, actor: Actor) -> list[Line]:
    """Those who wait, in the order in which they are to be called."""
    may_call, may_rank = may(actor, "call", QueueEntry), may(actor, "prioritize", QueueEntry)
    return [
        _line(
            entry,
            actor,
            since=entry.appointment.arrived_at,
            call_url=step_url(entry, "call") if may_call and can_call(entry, actor=actor) else "",
            priority_url=reverse("queue-priority", args=[entry.id]) if may_rank else "",
            slip_url=reverse("queue-slip", args=[entry.id]),
        )
        for entry in room.waiting
    ]


def called_lines(room: WaitingRoom, actor: Actor) -> list[Line]:
    """Those who are being called, with what can become of the call."""
    may_call = may(actor, "call", QueueEntry)
    return [
        _line(
            entry,
            actor,
            since=entry.called_at,
            **{
                f"{name.replace('-', '_')}_url": step_url(entry, name)
                for name in ("here", "no-answer", "again", "take-back")
                if may_call
            },
        )
        for entry in room.called
    ]


def seated_lines(room: WaitingRoom, actor: Actor) -> list[Line]:
    """Those in rooms; who was called for something that no physician does can be finished here."""
    return [
        _line(
            entry,
            actor,
            since=entry.appointment.started_at or entry.appointment.roomed_at,
            done_url=step_url(entry, "done") if can_finish(entry, actor=actor) else "",
        )
        for entry in room.in_rooms
    ]


def step_url(entry: QueueEntry, step: str) -> str:
    """The address of a step's button: of this patient's entry as it is now."""
    return as_seen(reverse("queue-step", args=[entry.id, step]), entry)


def _line(entry: QueueEntry, actor: Actor, *, since: datetime | None, **urls: str) -> Line:
    appointment = entry.appointment
    missed = ngettext("%d call without answer", "%d calls without answer", entry.unanswered)
    return Line(
        entry=entry,
        tone=TONES[entry.priority],
        icon=ICONS[entry.priority],
        why=_why(entry),
        stage=stage_of(
            appointment.status, started_at=appointment.started_at, confirmed_at=appointment.confirmed_at
        ),
        since=since,
        missed=missed % entry.unanswered if entry.unanswered else "",
        url=reverse("appointment", args=[appointment.id]) if actor.has_role(*DESK) else "",
        **urls,
    )


def _why(entry: QueueEntry) -> str:
    """What the place in the queue rests on, in words."""
    appointment = entry.appointment
    if entry.is_ahead:
        return entry.priority_reason
    if appointment.is_walk_in or appointment.period is None:
        return ""
    start = appointment.period.lower.astimezone(ZoneInfo(appointment.zone or "UTC"))
    return _("for %s") % f"{start:%H:%M}"
