"""What scheduling tells the house: facts with ids alone."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class AppointmentRequested:
    """A patient has asked for a visit."""

    appointment_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class AppointmentBooked:
    """A visit has been agreed on, or agreed on again."""

    appointment_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class AppointmentMoved:
    """A visit has another time, clinician or place, as of a version of its row (unsaid, the present one)."""

    appointment_id: UUID
    patient_id: UUID
    version: int | None = None


@dataclass(frozen=True)
class AppointmentCancelled:
    """A visit, or the request for one, will not take place; its time is free."""

    appointment_id: UUID
    patient_id: UUID
    version: int | None = None


@dataclass(frozen=True)
class PatientArrived:
    """The patient is here."""

    appointment_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class PatientMissed:
    """The patient did not come."""

    appointment_id: UUID
    patient_id: UUID
    version: int | None = None


@dataclass(frozen=True)
class WaitlistJoined:
    """Somebody waits for a time."""

    entry_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class TimeFreed:
    """A clinician's time to come was given back, or can be booked from now on; instants in ISO 8601."""

    practitioner_id: UUID
    start: str
    end: str


@dataclass(frozen=True)
class OfferMade:
    """A time is offered to somebody on the waiting list."""

    offer_id: UUID
    patient_id: UUID
