"""Taking the last move of an appointment back: it is again as the row was that the move replaced.

The replaced row is kept by the database, so an Undo needs to say only which version it undoes: place in
time, clinician, lane, reason to overbook and whether the patient had confirmed come back together.
"""

from typing import Any

from osler.clinic.scheduling.appointments.lanes import hold_again
from osler.clinic.scheduling.appointments.replaced import KEYS, LISTS, replaced_row
from osler.clinic.scheduling.events import AppointmentMoved
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.jobs.outbox import announce
from osler.kernel.states import ImpossibleMove, move

KEPT = ("lane", "overbook_reason", "cancellation_reason", "confirmed_by")
TOLD = ("period_start", *KEYS[:2])
"""What a patient is told of: when, with whom and at which site."""


def take_back_move(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """Undo what the last change did to time, length, clinician or place. Raises SlotTaken if the old time
    is held by now, ImpossibleMove if the last change was no move."""
    decide(actor, "move", appointment)
    appointment.require_version(version)
    before = replaced_row(appointment.id, version=appointment.version)
    now = _said(appointment)
    if before is None or before["period_start"] is None or all(before[name] == now[name] for name in now):
        raise ImpossibleMove
    if before["status"] != appointment.status:
        move(appointment, before["status"], transitions=Appointment.TRANSITIONS)
    for name in (*KEPT, *KEYS, *LISTS, "confirmed_at"):
        setattr(appointment, name, before[name])
    set_period(appointment, before["period_start"], end=before["period_end"], zone=before["zone"] or "UTC")
    if appointment.is_holding:
        hold_again(appointment)
    else:
        appointment.save()
    if any(before[name] != now[name] for name in TOLD):
        announce(AppointmentMoved(appointment.id, appointment.patient_id, appointment.version))
    return appointment


def _said(appointment: Appointment) -> dict[str, Any]:
    """What a move changes, as it is now."""
    names = ("period_start", "period_end", *KEYS)
    values = (appointment.starts_at, appointment.ends_at, *(getattr(appointment, name) for name in KEYS))
    return dict(zip(names, values, strict=True))
