"""The patient's way through the day: arrived, in a room, with the clinician, done; and back."""

from dataclasses import dataclass

from osler.clinic.scheduling.appointments.lanes import hold_again, hold_beside, lock_resources
from osler.clinic.scheduling.errors import RoomTaken, SlotTaken
from osler.clinic.scheduling.events import PatientArrived, PatientMissed
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queue.queueing import WALK_IN, enter_queue, slot_from_now
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import Location
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move

Status = Appointment.Status


@dataclass(frozen=True)
class Step:
    """A step of the day: who may (policy action), from which states, to which."""

    action: str
    since: frozenset[str]
    to: str


CHECK_IN = Step("check-in", frozenset({Status.BOOKED, Status.NOSHOW}), Status.ARRIVED)
CHECK_OUT = Step("check-in", frozenset({Status.ARRIVED}), Status.BOOKED)
TO_ROOM = Step("room", frozenset({Status.ARRIVED, Status.CHECKED_IN}), Status.CHECKED_IN)
OUT_OF_ROOM = Step("room", frozenset({Status.CHECKED_IN}), Status.ARRIVED)
START = Step("treat", frozenset({Status.ARRIVED, Status.CHECKED_IN}), Status.CHECKED_IN)
FINISH = Step("treat", frozenset({Status.ARRIVED, Status.CHECKED_IN}), Status.FULFILLED)
REOPEN = Step("treat", frozenset({Status.FULFILLED}), Status.CHECKED_IN)
MISS = Step("miss", frozenset({Status.BOOKED, Status.ARRIVED}), Status.NOSHOW)


def check_in_patient(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The patient is here and waits; also after a no-show, if the time is still free."""
    was_missed = appointment.status == Status.NOSHOW
    _step(appointment, CHECK_IN, version=version, actor=actor)
    appointment.arrived_at = clock.now()
    if was_missed:
        hold_again(appointment)
    else:
        appointment.save()
    enter_queue(appointment)
    announce(PatientArrived(appointment.id, appointment.patient_id))
    return appointment


def undo_check_in(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The patient was not here after all; a walk-in is taken back instead (ImpossibleMove)."""
    if appointment.is_walk_in:
        raise ImpossibleMove
    _step(appointment, CHECK_OUT, version=version, actor=actor)
    appointment.arrived_at = None
    appointment.save()
    return appointment


def room_patient(
    appointment: Appointment,
    *,
    room: Location | None = None,
    version: int | None = None,
    actor: Actor,
) -> Appointment:
    """The patient goes to a room (RoomTaken if another one holds it), or changes rooms."""
    _step(appointment, TO_ROOM, version=version, actor=actor)
    appointment.roomed_at = appointment.roomed_at or clock.now()
    if room is not None:
        appointment.room = room
    save_in_room(appointment)
    return appointment


def undo_rooming(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The patient waits again."""
    _step(appointment, OUT_OF_ROOM, version=version, actor=actor)
    appointment.roomed_at = appointment.started_at = None
    appointment.save()
    return appointment


def start_visit(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The clinician is with the patient; who came without appointment is his from now on."""
    _step(appointment, START, version=version, actor=actor)
    appointment.roomed_at = appointment.roomed_at or clock.now()
    appointment.started_at = appointment.started_at or clock.now()
    if appointment.is_walk_in and appointment.practitioner_id is None and actor.practitioner_id is not None:
        hold_beside(appointment, slot_from_now(appointment, actor.practitioner_id), reason=WALK_IN)
    else:
        appointment.save()
    return appointment


def finish_visit(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The visit is over; the room is free."""
    _step(appointment, FINISH, version=version, actor=actor)
    appointment.finished_at = clock.now()
    appointment.save()
    return appointment


def reopen_visit(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The visit was not over; if its room is taken meanwhile, it goes on without one."""
    _step(appointment, REOPEN, version=version, actor=actor)
    appointment.finished_at = None
    try:
        save_in_room(appointment)
    except RoomTaken:
        appointment.room = None
        appointment.save()
    return appointment


def mark_no_show(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """The patient did not come; the time is free. `reinstate_appointment` takes it back."""
    _step(appointment, MISS, version=version, actor=actor)
    note_missed(appointment)
    return appointment


def note_missed(appointment: Appointment) -> None:
    """What follows when a patient is not there, whoever has found out."""
    appointment.arrived_at = None
    appointment.save()
    announce(PatientMissed(appointment.id, appointment.patient_id, appointment.version))


def _step(
    appointment: Appointment,
    step: Step,
    *,
    version: int | None,
    actor: Actor,
) -> None:
    decide(actor, step.action, appointment)
    appointment.require_version(version)
    if appointment.status not in step.since:
        raise ImpossibleMove
    if appointment.status != step.to:
        move(appointment, step.to, transitions=Appointment.TRANSITIONS)


def save_in_room(appointment: Appointment) -> None:
    """Save; the only hold that can clash here is the room's, for the time is held already."""
    try:
        with refusals():
            lock_resources([appointment.room_id])
            appointment.save()
    except SlotTaken as error:
        raise RoomTaken from error
