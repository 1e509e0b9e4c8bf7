"""What the record hears: a booked visit may be the follow-up that somebody waits for."""

from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import SERVICE_SYSTEM, complete_follow_up
from osler.clinic.scheduling.events import AppointmentBooked
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import subscribe


@subscribe(AppointmentBooked)
def complete_booked_follow_up(event: AppointmentBooked) -> None:
    """Take the oldest open follow-up of the same patient and service off the due list."""
    appointment = Appointment.objects.filter(id=event.appointment_id).first()
    if appointment is None or appointment.service_id is None:
        return
    order = (
        ServiceRequest.objects.filter(
            patient_id=event.patient_id,
            category="follow-up",
            status="active",
            system=SERVICE_SYSTEM,
            code=str(appointment.service_id),
        )
        .order_by("due_on", "id")
        .first()
    )
    if order is not None:
        complete_follow_up(order, appointment=appointment)
