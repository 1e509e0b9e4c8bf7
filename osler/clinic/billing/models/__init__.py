"""All tables of billing."""

from osler.clinic.billing.models.charges import ChargeItem, FeeItem, FeeSchedule
from osler.clinic.billing.models.invoices import Invoice, InvoiceLine, Payment
from osler.clinic.billing.models.ledger import JournalEntry, Posting

__all__ = [
    "ChargeItem",
    "FeeItem",
    "FeeSchedule",
    "Invoice",
    "InvoiceLine",
    "JournalEntry",
    "Payment",
    "Posting",
]
