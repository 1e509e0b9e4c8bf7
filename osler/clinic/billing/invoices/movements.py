"""What happened to an invoice after it was issued: payments, refunds, corrections, in order."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import connection

from osler.clinic.billing.models import Invoice, JournalEntry, Payment, Posting
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.money import ZERO

_WHO = """
SELECT e.entity_id, u.name FROM audit_event e JOIN accounts_user u ON u.id = e.actor_id
WHERE e.patient_id = %s AND e.entity = 'billing_journalentry' AND e.action = 'C' AND e.entity_id = ANY (%s)
"""


@dataclass(frozen=True)
class Movement:
    """One entry on an invoice: what it does to the patient's and to the payer's part."""

    entry: JournalEntry
    patient_amount: Decimal
    payer_amount: Decimal
    payment: Payment | None = None
    who: str = ""

    @property
    def amount(self) -> Decimal:
        """What it does to the invoice as a whole; nothing for a move from payer to patient."""
        return self.patient_amount + self.payer_amount


def movements_of(invoice: Invoice, *, actor: Actor) -> list[Movement]:
    """All entries on an invoice but the one that issued it, the oldest first; three statements."""
    postings = (
        scoped(Posting, actor)
        .filter(invoice_id=invoice.id, account__in=Posting.RECEIVABLE)
        .exclude(entry_id=invoice.entry_id)
        .select_related("entry")
        .order_by("entry__created_at", "entry_id")
    )
    entries: dict[UUID, JournalEntry] = {}
    sums: dict[tuple[UUID, str], Decimal] = {}
    for posting in postings:
        entries[posting.entry_id] = posting.entry
        place = posting.entry_id, posting.account
        sums[place] = sums.get(place, ZERO) + posting.amount
    payments = {
        payment.entry_id: payment
        for payment in scoped(Payment, actor)
        .filter(invoice=invoice)
        .select_related("payer", "received_by")
        .order_by("id")
    }
    names = _posted_by(invoice, entries)
    return [
        Movement(
            entry,
            who=names.get(entry_id, ""),
            patient_amount=sums.get((entry_id, Posting.Account.PATIENT_RECEIVABLE), ZERO),
            payer_amount=sums.get((entry_id, Posting.Account.PAYER_RECEIVABLE), ZERO),
            payment=payments.get(entry_id),
        )
        for entry_id, entry in entries.items()
    ]


def _posted_by(invoice: Invoice, entry_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Who made entries, as the audit trail says."""
    with connection.cursor() as cursor:
        cursor.execute(_WHO, [invoice.patient_id, list(entry_ids)])
        return dict(cursor.fetchall())
