"""What the record announces; each event holds ids alone."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class EncounterStarted:
    """A patient is being seen."""

    encounter_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class EncounterFinished:
    """A visit is over: charges arise from it."""

    encounter_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class NoteSigned:
    """A note or an addendum was closed by its author."""

    note_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class MedicationPrescribed:
    """A prescription was written."""

    prescription_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class OrderPlaced:
    """A test, a referral or a follow-up was ordered."""

    order_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class OrderRevoked:
    """An order was taken back."""

    order_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class ReportVerified:
    """A result is final, or a final one was amended: somebody owns it now."""

    report_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class ReportReleased:
    """The patient may see a result."""

    report_id: UUID
    patient_id: UUID
