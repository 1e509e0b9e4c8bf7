"""How a time looks to an appointment that might move there: said before anybody asks for it.

Nothing is held by looking, so the answer is true at its moment only; who then moves is judged anew.
"""

from enum import StrEnum

from django.db import connection

from osler.clinic.scheduling.appointments.lanes import BACKDATED_AT_MOST
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel import clock

_LOOK = """
SELECT answer, own_lanes <> '{}' FROM scheduling_look(
    %(practitioner)s, %(location)s, %(room)s, tstzrange(%(start)s, %(end)s), %(besides)s, %(service)s,
    %(keep)s, %(moment)s)
"""


class Look(StrEnum):
    """What stands in the way, if anything does."""

    FREE = "free"
    OUTSIDE = "outside"
    TAKEN = "taken"
    ROOM = "room"
    LACKING = "lacking"
    OVER = "over"


_ANSWERS = {"claimed": Look.FREE, "closed": Look.OUTSIDE, "held": Look.TAKEN, "lacking": Look.LACKING}


def look_at(appointment: Appointment, slot: Slot, *, actor: Actor) -> Look:
    """How the slot looks to this appointment, whatever it holds now left out of account; one statement."""
    decide(actor, "move", appointment)
    if slot.start < clock.now() - BACKDATED_AT_MOST and slot.start != appointment.starts_at:
        return Look.OVER
    values = {
        "practitioner": slot.practitioner_id,
        "location": slot.location_id,
        "room": slot.room_id,
        "start": slot.start,
        "end": slot.end,
        "besides": appointment.id,
        "service": appointment.service_id,
        "keep": [*appointment.also_people, *appointment.also_places],
        "moment": clock.now(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        answer, is_clinicians = cursor.fetchone()
    look = _ANSWERS[answer]
    return Look.ROOM if look is Look.TAKEN and not is_clinicians else look
