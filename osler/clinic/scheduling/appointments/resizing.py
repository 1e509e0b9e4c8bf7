"""Giving a visit another length: it begins as agreed and ends sooner or later.

What was promised to the patient is when it begins; so nobody is told, and that he will come still holds.
"""

from dataclasses import replace
from datetime import timedelta

from osler.clinic.scheduling.appointments.lanes import hold, slot_of
from osler.clinic.scheduling.errors import LengthImpossible
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove

SHORTEST, LONGEST = 5, 12 * 60
RESIZED = frozenset({Appointment.Status.BOOKED, Appointment.Status.ARRIVED, Appointment.Status.CHECKED_IN})


def extend_appointment(
    appointment: Appointment,
    *,
    minutes: int,
    version: int | None = None,
    overbook_reason: str = "",
    actor: Actor,
) -> Appointment:
    """Let a visit take so many minutes from its start on: more are held as a booking holds them, with
    its refusals; fewer are given back and need nobody's leave. A place in a group has the group's length
    (SlotTaken once others are in it)."""
    decide(actor, "move", appointment)
    appointment.require_version(version)
    if not SHORTEST <= minutes <= LONGEST:
        raise LengthImpossible
    if appointment.status not in RESIZED or appointment.practitioner_id is None:
        raise ImpossibleMove
    had = slot_of(appointment)
    wanted = replace(had, end=had.start + timedelta(minutes=minutes))
    if wanted.end > had.end or appointment.places > 1:
        hold(appointment, wanted, overbook_reason=overbook_reason, actor=actor)
    elif wanted.end < had.end:
        set_period(appointment, wanted.start, end=wanted.end, zone=wanted.zone)
        with refusals():
            appointment.save()
    return appointment
