"""A slot held for somebody who is still deciding: for ten minutes nobody else is offered it.

A hold is an appointment that is `pending`. When its time is over the slot is free again by itself, with
nobody doing anything; a job then closes what is left of it.
"""

from django.db import transaction

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.before import book_before
from osler.clinic.scheduling.appointments.lanes import hold, hold_again
from osler.clinic.scheduling.appointments.online import HELD_FOR, end_visitors_holds, online_slot
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.events import AppointmentBooked
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.states import ImpossibleMove, move

ENDED = "hold-ended"


def hold_slot(
    patient: Patient, *, slot: Slot, service: HealthcareService | None = None, reason: str = "", actor: Actor
) -> Appointment:
    """Hold a slot for a patient for a while; refused as a booking is."""
    appointment = Appointment(
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        reason=reason,
        status=Appointment.Status.PENDING,
        held_until=clock.now() + HELD_FOR,
    )
    decide(actor, "book", appointment)
    hold(appointment, online_slot(appointment, slot, actor=actor), actor=actor)
    return appointment


def confirm_hold(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """Book what was held, and what its service needs before it. One whose time is over is booked all the
    same if nobody else has taken it meanwhile, else SlotTaken."""
    decide(actor, "book", appointment)
    _require_hold(appointment, version)
    move(appointment, Appointment.Status.BOOKED, transitions=Appointment.TRANSITIONS)
    appointment.held_until = None
    with transaction.atomic():
        hold_again(appointment)
        book_before(appointment, actor=actor)
    announce(AppointmentBooked(appointment.id, appointment.patient_id))
    return appointment


def release_hold(appointment: Appointment, *, version: int | None = None, actor: Actor) -> Appointment:
    """Give a held slot back before its time."""
    decide(actor, "book", appointment)
    _require_hold(appointment, version)
    return _end(appointment)


def end_holds() -> int:
    """Close the holds of the tenant whose time is over; how many they were."""
    over = Appointment.objects.filter(status=Appointment.Status.PENDING, held_until__lte=clock.now())
    rows = list(over.select_for_update(skip_locked=True).order_by("id")[:500])
    for row in rows:
        _end(row)
    return len(rows) + end_visitors_holds()


def _require_hold(appointment: Appointment, version: int | None) -> None:
    """What was cancelled or missed is no hold, though it may be booked again by others' deeds."""
    appointment.require_version(version)
    if appointment.status != Appointment.Status.PENDING:
        raise ImpossibleMove


def _end(appointment: Appointment) -> Appointment:
    move(appointment, Appointment.Status.CANCELLED, transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = ENDED
    appointment.save()
    return appointment
