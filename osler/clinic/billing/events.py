"""What billing announces; each event holds ids alone."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class InvoiceIssued:
    """A patient owes something: the portal shows it."""

    invoice_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class InvoiceCredited:
    """An invoice was taken back by a credit note."""

    invoice_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class PaymentTaken:
    """Money came in, or went back."""

    payment_id: UUID
    patient_id: UUID
