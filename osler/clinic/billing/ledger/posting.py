"""The one way into the ledger."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

from osler.clinic.billing.errors import NotAnAmount, Unbalanced
from osler.clinic.billing.models import JournalEntry, Posting
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.money import ZERO, round_amount

Account = Posting.Account
MOST = Decimal("9999999999.99")


@dataclass(frozen=True)
class Part:
    """One side of an entry: positive is debit, negative is credit."""

    account: str
    amount: Decimal
    invoice_id: UUID | None = None


def debit(account: str, amount: Decimal, *, invoice_id: UUID | None = None) -> Part:
    """An amount on the left side."""
    return Part(account, amount, invoice_id)


def credit(account: str, amount: Decimal, *, invoice_id: UUID | None = None) -> Part:
    """An amount on the right side."""
    return Part(account, -amount, invoice_id)


def post(
    kind: str, parts: Sequence[Part], *, patient_id: UUID, memo: str = "", on: date | None = None
) -> JournalEntry:
    """Write one entry; its parts sum to zero. Parts of nothing are left out.

    The database checks the same at commit, and that no invoice is paid more than in full.
    """
    kept = [part for part in parts if part.amount != 0]
    if len(kept) < 2 or sum((part.amount for part in kept), ZERO) != 0:
        raise Unbalanced
    with refusals():
        entry = JournalEntry.objects.create(
            kind=kind, patient_id=patient_id, posted_on=on or clock.today(), memo=memo[:300]
        )
        Posting.objects.bulk_create(
            Posting(
                entry=entry,
                patient_id=patient_id,
                account=part.account,
                amount=part.amount,
                invoice_id=part.invoice_id,
            )
            for part in kept
        )
    return entry


def lock_money(patient_ids: Iterable[UUID]) -> None:
    """Wait until nobody else moves money of these patients; held until the transaction ends.

    Taken first by every deed here and in the order of the ids, so that none waits in a circle.
    """
    with connection.cursor() as cursor:
        for patient_id in sorted(set(patient_ids)):
            cursor.execute("SELECT billing_lock_patient(%s)", [patient_id])


def whole_cents(amount: Decimal) -> Decimal:
    """An amount that can be paid: above zero, no fractions of a cent; refused otherwise."""
    if not amount.is_finite() or not ZERO < amount <= MOST or round_amount(amount) != amount:
        raise NotAnAmount
    return round_amount(amount)
