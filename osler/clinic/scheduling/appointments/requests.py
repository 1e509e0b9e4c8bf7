"""Visits that patients ask for: wishes in words, answered by the desk with a time or a reason."""

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.before import hold_with_before
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.errors import AnswerNeeded
from osler.clinic.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentRequested,
)
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.audit.rows import completed
from osler.foundation.directory.models import HealthcareService, Practitioner
from osler.foundation.jobs.outbox import announce
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove, move

OPEN = frozenset(
    {
        Appointment.Status.PROPOSED,
        Appointment.Status.PENDING,
        Appointment.Status.WAITLIST,
    }
)


def request_appointment(  # noqa: PLR0913  the parts of a request
    patient: Patient,
    *,
    service: HealthcareService,
    practitioner: Practitioner | None = None,
    wishes: str = "",
    reason: str = "",
    draft: Appointment | None = None,
    actor: Actor,
) -> Appointment:
    """Ask for a visit; one request a patient and service is open at most (AskedAlready)."""
    appointment = completed(
        draft or Appointment(),
        patient=patient,
        organization_id=patient.organization_id,
        service=service,
        practitioner=practitioner,
        wishes=wishes,
        reason=reason,
        status=Appointment.Status.PROPOSED,
    )
    decide(actor, "request", appointment)
    with refusals():
        appointment.save()
    announce(AppointmentRequested(appointment.id, patient.id))
    return appointment


def accept_request(
    appointment: Appointment,
    *,
    slot: Slot,
    version: int | None = None,
    overbook_reason: str = "",
    actor: Actor,
) -> Appointment:
    """Give a request its time: it is booked from now on."""
    decide(actor, "answer", appointment)
    appointment.require_version(version)
    _require_open(appointment)
    move(appointment, "booked", transitions=Appointment.TRANSITIONS)
    hold_with_before(appointment, slot, overbook_reason=overbook_reason, actor=actor)
    announce(AppointmentBooked(appointment.id, appointment.patient_id))
    return appointment


def decline_request(
    appointment: Appointment, *, reason: str, version: int | None = None, actor: Actor
) -> Appointment:
    """Say no to a request, with a reason that the patient reads."""
    decide(actor, "answer", appointment)
    appointment.require_version(version)
    if not reason:
        raise AnswerNeeded
    _require_open(appointment)
    move(appointment, "cancelled", transitions=Appointment.TRANSITIONS)
    appointment.cancellation_reason = reason
    appointment.save()
    announce(AppointmentCancelled(appointment.id, appointment.patient_id))
    return appointment


def _require_open(appointment: Appointment) -> None:
    if appointment.status not in OPEN:
        raise ImpossibleMove
