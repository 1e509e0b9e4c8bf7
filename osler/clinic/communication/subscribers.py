"""What patients are told by mail when it happens."""

from uuid import UUID

from osler.clinic.billing.events import InvoiceIssued
from osler.clinic.communication.events import MessageSent
from osler.clinic.communication.models import Message
from osler.clinic.communication.notices import queue_notice
from osler.clinic.patients.models import Patient
from osler.clinic.records.events import ReportReleased
from osler.clinic.scheduling.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from osler.clinic.scheduling.models import Appointment
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
