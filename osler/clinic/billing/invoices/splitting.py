"""Who owes what: the patient's copay for each visit, the payer the rest."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from osler.clinic.billing.models import ChargeItem
from osler.clinic.insurance.models import Coverage
from osler.kernel.money import ZERO


@dataclass(frozen=True)
class Shares:
    """The two parts of a total."""

    patient: Decimal
    payer: Decimal


def split_shares(charges: Sequence[ChargeItem], coverage: Coverage | None) -> Shares:
    """Split priced charges: without coverage all is the patient's; with it, one copay a visit.

    A copay is never more than what the visit costs, and a test that is invoiced after its visit
    makes no second one. A fee for a missed visit is the patient's alone.
    """
    total = sum((charge.amount for charge in charges), ZERO)
    if coverage is None:
        return Shares(patient=total, payer=ZERO)
    copay = coverage.visit_copay_amount or ZERO
    costs: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    visits: set[UUID] = set()
    own = sum((charge.amount for charge in charges if charge.is_patients_own), ZERO)
    for charge in charges:
        if charge.encounter_id is None:
            continue
        costs[charge.encounter_id] += charge.amount
        if charge.origin.startswith("encounter:"):
            visits.add(charge.encounter_id)
    patient = own + sum((min(copay, costs[visit]) for visit in visits), ZERO)
    return Shares(patient=patient, payer=total - patient)
