"""How long money has been owed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from osler.clinic.billing.ledger.balances import open_amounts
from osler.clinic.billing.models import Invoice
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel.money import ZERO

# Days after the due day at which a bucket begins.
BUCKETS = (0, 1, 31, 61, 91)


@dataclass(frozen=True)
class AgeBucket:
    """What patients and payers owe that is overdue since at least `days` (0: not yet due)."""

    days: int
    patient: Decimal
    payer: Decimal
    count: int

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.patient + self.payer


def ageing(*, on: date, actor: Actor) -> list[AgeBucket]:
    """Open amounts by how long they are overdue: not due, 1-30, 31-60, 61-90, over 90 days."""
    issued = scoped(Invoice, actor).filter(status=Invoice.Status.ISSUED)
    due = {invoice_id: due_on or on for invoice_id, due_on in issued.values_list("id", "due_on")}
    sums: defaultdict[int, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    counts: defaultdict[int, int] = defaultdict(int)
    for invoice_id, still in open_amounts(due, actor=actor).items():
        bucket = bucket_of(due[invoice_id], on=on)
        sums[bucket][0] += still.patient
        sums[bucket][1] += still.payer
        counts[bucket] += 1
    return [
        AgeBucket(days, patient=sums[days][0], payer=sums[days][1], count=counts[days]) for days in BUCKETS
    ]


def bucket_of(due_on: date, *, on: date) -> int:
    """The bucket of a due day."""
    late = (on - due_on).days
    return max(start for start in BUCKETS if start <= max(late, 0))
