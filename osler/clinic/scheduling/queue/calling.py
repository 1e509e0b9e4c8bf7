"""Calling: the right one of those who wait into a room, once; and what becomes of the call.

Two who call at once get two different patients: a row that somebody is calling is skipped. A room calls one
patient at a time, which the database holds.
"""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from osler.clinic.scheduling.appointments.checkin import note_missed, save_in_room
from osler.clinic.scheduling.appointments.lanes import hold_beside
from osler.clinic.scheduling.errors import NobodyWaits, NotWaiting
from osler.clinic.scheduling.models import Appointment, Queue, QueueEntry
from osler.clinic.scheduling.queue.queueing import WALK_IN, slot_from_now
from osler.clinic.scheduling.queue.waiting_room import today_at
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import Location
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move

PAUSE = timedelta(minutes=5)
"""So long others are called before somebody who did not answer is called again."""
Status = Appointment.Status


def waiting_for(actor: Actor, *, day: date) -> QuerySet[QueueEntry]:
    """Whom the actor may call on a day, in order: a physician his own and who came for nobody in particular,
    others all."""
    found = scoped(QueueEntry, actor, "call").waiting().filter(day=day)  # type: ignore[attr-defined]
    if actor.has_role(Role.PHYSICIAN):
        anybodys = Q(appointment__practitioner=None)
        found = found.filter(anybodys | Q(appointment__practitioner=actor.practitioner_id))
    ordered: QuerySet[QueueEntry] = found.in_order(clock.now())
    return ordered


def call_next(queue: Queue, *, room: Location, actor: Actor) -> QueueEntry:
    """Call whoever is to be called first into a room; NobodyWaits, RoomCalls."""
    decide(actor, "call", QueueEntry)
    with transaction.atomic():
        here = waiting_for(actor, day=today_at(queue.site)).filter(queue=queue)
        entry = _locked(here).first()
        if entry is None:
            raise NobodyWaits
        return _call(entry, room, actor)


def call_patient(
    entry: QueueEntry, *, room: Location, version: int | None = None, actor: Actor
) -> QueueEntry:
    """Call somebody out of turn (NotWaiting, if somebody else has called him, or he waits for another
    physician)."""
    decide(actor, "call", entry)
    entry.require_version(version)
    with transaction.atomic():
        found = _locked(waiting_for(actor, day=entry.day).filter(pk=entry.pk)).first()
        if found is None:
            raise NotWaiting
        return _call(found, room, actor)


def call_again(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """Call once more into the same room: the screen shows it as new."""
    _require_called(entry, version, actor)
    entry.called_at = clock.now()
    entry.save()
    return entry


def take_back_call(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """The call was a mistake: the patient has his old place."""
    _require_called(entry, version, actor)
    _end_call(entry)
    entry.save()
    return entry


def note_no_answer(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """Nobody came: others are called first for some minutes. After as many calls as the queue says, the
    visit is a no-show."""
    _require_called(entry, version, actor)
    _end_call(entry)
    entry.unanswered += 1
    entry.waits_from = clock.now() + PAUSE
    entry.save()
    if entry.unanswered >= entry.queue.missed_after:
        move(entry.appointment, Status.NOSHOW, transitions=Appointment.TRANSITIONS)
        note_missed(entry.appointment)
    return entry


def seat_patient(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """The patient has come to the room; RoomTaken if another visit holds it. A walk-in is from now on the
    patient of the physician who has called him, beside whoever is booked then, in the room as well."""
    _require_called(entry, version, actor)
    appointment = entry.appointment
    move(appointment, Status.CHECKED_IN, transitions=Appointment.TRANSITIONS)
    appointment.roomed_at = appointment.roomed_at or clock.now()
    appointment.room = entry.room
    is_free = appointment.is_walk_in and appointment.practitioner_id is None
    if is_free and actor.has_role(Role.PHYSICIAN) and actor.practitioner_id is not None:
        slot = slot_from_now(appointment, actor.practitioner_id, entry.room_id)
        hold_beside(appointment, slot, reason=WALK_IN)
    else:
        save_in_room(appointment)
    return entry


def can_call(entry: QueueEntry, *, actor: Actor) -> bool:
    """Whether the actor would take this patient: a physician does not call another's (`waiting_for`)."""
    whose = entry.appointment.practitioner_id
    return not actor.has_role(Role.PHYSICIAN) or whose in (None, actor.practitioner_id)


def can_finish(entry: QueueEntry, *, actor: Actor) -> bool:
    """Whether a nurse or the laboratory can end a visit: no physician has begun it, and it is for nobody in
    particular or the actor has called it."""
    appointment = entry.appointment
    is_callers = entry.caller_id is not None and entry.caller_id == actor.practitioner_id
    is_ours = appointment.practitioner_id is None or is_callers
    is_unseen = appointment.status == Status.CHECKED_IN and appointment.started_at is None
    return actor.has_role(Role.LAB, Role.NURSE) and is_unseen and is_ours


def finish_here(entry: QueueEntry, *, version: int | None = None, actor: Actor) -> QueueEntry:
    """What the patient was called for is done, and no physician is needed: the visit is over."""
    decide(actor, "call", entry)
    entry.require_version(version)
    appointment = entry.appointment
    if not can_finish(entry, actor=actor):
        raise ImpossibleMove
    move(appointment, Status.FULFILLED, transitions=Appointment.TRANSITIONS)
    appointment.finished_at = clock.now()
    appointment.save()
    return entry


def _locked(rows: QuerySet[QueueEntry]) -> QuerySet[QueueEntry]:
    """Rows that nobody else is changing; what somebody is calling right now is passed over."""
    return rows.select_related("appointment", "queue").select_for_update(
        skip_locked=True, of=("self", "appointment")
    )


def _call(entry: QueueEntry, room: Location, actor: Actor) -> QueueEntry:
    entry.called_at, entry.answered_at = clock.now(), None
    entry.room, entry.caller_id = room, actor.practitioner_id
    with refusals():
        entry.save()
    return entry


def _end_call(entry: QueueEntry) -> None:
    entry.called_at = entry.room = entry.caller = None


def _require_called(entry: QueueEntry, version: int | None, actor: Actor) -> None:
    decide(actor, "call", entry)
    entry.require_version(version)
    is_called = entry.called_at is not None and entry.answered_at is None
    if not is_called or entry.appointment.status != Status.ARRIVED:
        raise NotWaiting
