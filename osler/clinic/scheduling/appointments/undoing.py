"""Taking the last move of an appointment back: it is again as the row was that the move replaced.

The replaced row is kept by the database, so an Undo needs to say only which version it undoes: place in
time, clinician, lane, reason to overbook and whether the patient had confirmed come back together.
"""

from osler.clinic.scheduling.appointments.lanes import hold_again
from osler.clinic.scheduling.events import AppointmentMoved
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.audit.replaced import replaced_row
from osler.foundation.jobs.outbox import announce
from osler.kernel.states import ImpossibleMove, move

TOLD = ("starts_at", "practitioner_id", "location_id")
"""What a patient is told of: when, with whom and at which site."""
MOVED = (*TOLD, "ends_at", "room_id")
KEPT = (
    "practitioner_id",
    "location_id",
    "room_id",
    "lane",
    "overbook_reason",
    "cancellation_reason",
    "confirmed_by",
    "confirmed_at",
    "also_people",
    "also_places",
)


def take_back_move(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """Undo what the last change did to time, length, clinician or place. Raises SlotTaken if the old time
    is held by now, ImpossibleMove if the last change was no move."""
    decide(actor, "move", appointment)
    appointment.require_version(version)
    before = replaced_row(Appointment, appointment.id, version=appointment.version)
    if before is None or not _differ(before, appointment, MOVED):
        raise ImpossibleMove
    put_back(appointment, before)
    return appointment


def put_back(appointment: Appointment, before: Appointment) -> None:
    """Give an appointment the time and all that it had with it, as the row that it replaced said."""
    if before.starts_at is None or before.ends_at is None:
        raise ImpossibleMove
    is_told = _differ(before, appointment, TOLD)
    if before.status != appointment.status:
        move(appointment, before.status, transitions=Appointment.TRANSITIONS)
    for name in KEPT:
        setattr(appointment, name, getattr(before, name))
    set_period(appointment, before.starts_at, end=before.ends_at, zone=before.zone or "UTC")
    if appointment.is_holding:
        hold_again(appointment)
    else:
        appointment.save()
    if is_told:
        announce(AppointmentMoved(appointment.id, appointment.patient_id, appointment.version))


def _differ(one: Appointment, other: Appointment, names: tuple[str, ...]) -> bool:
    return any(getattr(one, name) != getattr(other, name) for name in names)
