"""That the patient has said that he will come: by the link of a reminder, by text, in the portal, by phone.

It is said of one time: a move takes it away (`booking`).
"""

from osler.clinic.scheduling.errors import TimePassed
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.kernel import clock
from osler.kernel.states import ImpossibleMove


def confirm_appointment(
    appointment: Appointment,
    *,
    by: str = Appointment.ConfirmedBy.DESK,
    version: int | None = None,
    actor: Actor,
) -> Appointment:
    """Note that the patient will come; said twice, the first time stays. Raises ImpossibleMove if it is
    not booked (any more), TimePassed once it has begun."""
    decide(actor, "confirm", appointment)
    appointment.require_version(version)
    start = appointment.starts_at
    if appointment.status != Appointment.Status.BOOKED or start is None:
        raise ImpossibleMove
    if start <= clock.now():
        raise TimePassed
    if appointment.confirmed_at is None:
        appointment.confirmed_at, appointment.confirmed_by = clock.now(), by
        appointment.save()
    return appointment


def take_back_confirmation(
    appointment: Appointment, *, version: int | None = None, actor: Actor
) -> Appointment:
    """The patient has not said so after all."""
    decide(actor, "confirm", appointment)
    appointment.require_version(version)
    forget_confirmation(appointment)
    appointment.save()
    return appointment


def forget_confirmation(appointment: Appointment) -> None:
    """What was said holds no more; the caller saves."""
    appointment.confirmed_at, appointment.confirmed_by = None, ""
