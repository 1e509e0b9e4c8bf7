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


@dataclass(frozen=True)
class PatientsMerged:
    """Two charts have become one: `patient_id` has the rows of both."""

    patient_id: UUID
    duplicate_id: UUID


@dataclass(frozen=True)
class PatientsUnmerged:
    """Two charts that had been merged are two again."""

    patient_id: UUID
    duplicate_id: UUID
