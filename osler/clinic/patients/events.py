"""News of patients."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PatientRegistered:
    """A person has become a patient here."""

    patient_id: UUID


@dataclass(frozen=True)
class PatientAmended:
    """Something about who a patient is or how to reach one has changed."""

    patient_id: UUID
