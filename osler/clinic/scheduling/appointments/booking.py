"""Booking, moving, cancelling: the deeds that hold and free a clinician's time.

Each decides, waits its turn with the resources, looks, writes, announces. The exclusion
constraint `appointment_no_overlap` stands behind every one of them.
"""

from datetime import timedelta

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.before import hold_with_before
from osler.clinic.scheduling.appointments.confirming import forget_confirmation
from osler.clinic.scheduling.appointments.history import has_just_changed
from osler.clinic.scheduling.appointments.lanes import hold, hold_again
from osler.clinic.scheduling.appointments.online import note_move, online_slot, require_change
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import UndoOver
from osler.clinic.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
)
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import PORTAL
from osler.foundation.audit.rows import completed
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.states import ImpossibleMove, move

REINSTATED = frozenset({Appointment.Status.CANCELLED, Appointment.Status.NOSHOW})
UNDONE_FOR = timedelta(minutes=10)
STAYS = frozenset({Appointment.Status.BOOKED, Appointment.Status.ARRIVED})


def book_appointment(  # noqa: PLR0913  the parts of a booking
    patient: Patient,
    *,
    slot: Slot,
    service: HealthcareService | None = None,
    reason: str = "",
    overbook_reason: str = "",
    draft: Appointment | None = None,
    actor: Actor,
) -> Appointment:
    """Book a slot for a patient; exactly one of many at once gets it.

    A taken slot raises SlotTaken with three other times, one outside of working hours
    OutsideSchedule; with `overbook_reason` and the right to overbook it is booked all the same,
    in the next lane. Patients book what is offered online (`online`). What its service needs before it
    is booked with it.
    """
    appointment = completed(
        draft or Appointment(),
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        reason=reason,
        status=Appointment.Status.BOOKED,
    )
    decide(actor, "book", appointment)
    slot = online_slot(appointment, slot, actor=actor)
    hold_with_before(appointment, slot, overbook_reason=overbook_reason, actor=actor)
    announce(AppointmentBooked(appointment.id, patient.id))
    return appointment


def reschedule_appointment(
    appointment: Appointment,
    *,
    slot: Slot,
    version: int | None = None,
    overbook_reason: str = "",
    actor: Actor,
) -> Appointment:
    """Move an appointment to another slot; its old time is free at once. One that was cancelled
    or missed is booked again. That the patient will come was said of the old one. Patients move what is
    booked online, within its rules (`online`)."""
    decide(actor, "move", appointment)
    appointment.require_version(version)
    note_move(appointment, actor=actor)
    slot = online_slot(appointment, slot, actor=actor)
    return put_elsewhere(appointment, slot=slot, overbook_reason=overbook_reason, actor=actor)


def put_elsewhere(
    appointment: Appointment, *, slot: Slot, overbook_reason: str = "", actor: Actor
) -> Appointment:
    """What a move does, for a deed that has asked already whether it may be."""
    if appointment.status not in STAYS:
        move(appointment, "booked", transitions=Appointment.TRANSITIONS)
        appointment.cancellation_reason = ""
    forget_confirmation(appointment)
    hold(appointment, slot, overbook_reason=overbook_reason, actor=actor)
    announce(AppointmentMoved(appointment.id, appointment.patient_id, appointment.version))
    return appointment


def cancel_appointment(
    appointment: Appointment,
    *,
    reason: str = "",
    version: int | None = None,
    actor: Actor,
) -> Appointment:
    """Cancel an appointment or a request; its time is free at once. Patients do so until the service's
    cut-off (TooLate)."""
    decide(actor, "cancel", appointment)
    appointment.require_version(version)
    require_change(appointment, actor=actor)
    return call_off(appointment, reason=reason, actor=actor)


def call_off(appointment: Appointment, *, reason: str = "", actor: Actor) -> Appointment:
    """What a cancellation does, for a deed that has asked already whether it may be."""
    move(appointment, "cancelled", transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = reason
    if actor.has_role(*PORTAL):  # whoever cancels himself has changed his mind; an Undo of the desk has not
        forget_confirmation(appointment)
    appointment.save()
    announce(AppointmentCancelled(appointment.id, appointment.patient_id, appointment.version))
    return appointment


def reinstate_appointment(
    appointment: Appointment, *, version: int | None = None, actor: Actor
) -> Appointment:
    """Take a cancellation or a no-show back, if the time is still free (else SlotTaken); a
    declined request is open again. Who came without appointment comes anew (ImpossibleMove). Patients take
    back what they cancelled themselves, within minutes (UndoOver)."""
    decide(actor, "reinstate", appointment)
    appointment.require_version(version)
    if actor.has_role(*PORTAL) and not has_just_changed(
        appointment, since=clock.now() - UNDONE_FOR, actor=actor
    ):
        raise UndoOver
    if appointment.status not in REINSTATED or appointment.is_walk_in:
        raise ImpossibleMove
    was_request = appointment.period is None
    to = "proposed" if was_request else "booked"
    move(appointment, to, transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = ""
    if was_request:
        appointment.save()
        return appointment
    hold_again(appointment)
    announce(AppointmentBooked(appointment.id, appointment.patient_id))
    return appointment
