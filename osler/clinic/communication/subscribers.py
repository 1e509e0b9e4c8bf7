"""What patients are told by mail when it happens."""

from datetime import datetime
from uuid import UUID

from osler.clinic.billing.events import InvoiceIssued
from osler.clinic.communication.events import MessageSent
from osler.clinic.communication.models import Message
from osler.clinic.communication.notices import queue_notice
from osler.clinic.communication.offering.rounds import offer_freed, offer_wished_for
from osler.clinic.communication.offering.telling import tell_of_offer
from osler.clinic.patients.models import Patient
from osler.clinic.records.events import ReportReleased
from osler.clinic.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    OfferMade,
    TimeFreed,
    WaitlistJoined,
)
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.waiting_list.choosing import Span
from osler.foundation.jobs.outbox import subscribe


def _tell(patient_id: UUID, kind: str, occasion: object) -> None:
    queue_notice(Patient.objects.get(pk=patient_id), kind=kind, occasion=str(occasion))


@subscribe(MessageSent)
def tell_of_message(event: MessageSent) -> None:
    """Only what the clinic wrote is told to the patient."""
    if Message.objects.filter(pk=event.message_id, from_clinic=True).exists():
        _tell(event.patient_id, "message", event.message_id)


@subscribe(ReportReleased)
def tell_of_result(event: ReportReleased) -> None:
    _tell(event.patient_id, "result", event.report_id)


@subscribe(AppointmentBooked)
def tell_of_booking(event: AppointmentBooked) -> None:
    _tell(event.patient_id, "appointment-booked", event.appointment_id)


@subscribe(AppointmentMoved)
def tell_of_move(event: AppointmentMoved) -> None:
    """Each move is an occasion of its own: the version tells them apart."""
    version = Appointment.objects.values_list("version", flat=True).get(pk=event.appointment_id)
    _tell(event.patient_id, "appointment-moved", f"{event.appointment_id}:{version}")


@subscribe(AppointmentCancelled)
def tell_of_cancellation(event: AppointmentCancelled) -> None:
    version = Appointment.objects.values_list("version", flat=True).get(pk=event.appointment_id)
    _tell(event.patient_id, "appointment-cancelled", f"{event.appointment_id}:{version}")


@subscribe(InvoiceIssued)
def tell_of_invoice(event: InvoiceIssued) -> None:
    _tell(event.patient_id, "invoice", event.invoice_id)


@subscribe(TimeFreed)
def offer_time(event: TimeFreed) -> None:
    """Somebody on the waiting list is asked within seconds."""
    start, end = datetime.fromisoformat(event.start), datetime.fromisoformat(event.end)
    offer_freed(Span(event.practitioner_id, start, end))


@subscribe(WaitlistJoined)
def offer_what_is_free(event: WaitlistJoined) -> None:
    """A time that suits may be free already."""
    offer_wished_for(entry_id=event.entry_id)


@subscribe(OfferMade)
def tell_offer(event: OfferMade) -> None:
    tell_of_offer(event.offer_id)
