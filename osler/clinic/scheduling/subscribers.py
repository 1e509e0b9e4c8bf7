"""What the calendar notes of its own news: times that were freed, and times that somebody came into."""

from osler.clinic.scheduling.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMoved,
    PatientMissed,
)
from osler.clinic.scheduling.models import FreedTime
from osler.clinic.scheduling.waiting_list.freeing import note_filled, note_freed
from osler.foundation.jobs.outbox import subscribe

Why = FreedTime.Why


@subscribe(AppointmentBooked)
def note_booked(event: AppointmentBooked) -> None:
    note_filled(event.appointment_id)


@subscribe(AppointmentMoved)
def note_moved(event: AppointmentMoved) -> None:
    note_filled(event.appointment_id)
    note_freed(event.appointment_id, version=event.version, why=Why.MOVED)


@subscribe(AppointmentCancelled)
def note_cancelled(event: AppointmentCancelled) -> None:
    note_freed(event.appointment_id, version=event.version, why=Why.CANCELLED)


@subscribe(PatientMissed)
def note_missed(event: PatientMissed) -> None:
    """Only one who is known beforehand not to come leaves a time that can be filled."""
    note_freed(event.appointment_id, version=event.version, why=Why.MISSED)
