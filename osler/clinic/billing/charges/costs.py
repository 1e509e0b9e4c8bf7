"""What a kind of visit costs, as patients are told before they book: the clinic's own prices of today."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from osler.clinic.billing.charges.arising import VisitCodes, codes_of
from osler.clinic.billing.charges.pricing import told_prices
from osler.foundation.directory.models import HealthcareService


@dataclass(frozen=True)
class Costs:
    """The least and the most without insurance, and the fee when missed; None where there is no price."""

    least: Decimal | None
    most: Decimal | None
    missed: Decimal | None


def costs_of(services: Iterable[HealthcareService]) -> dict[UUID, Costs]:
    """The costs of each kind of visit; one statement, however many there are."""
    asked = {one.id: (codes_of(one), one.missed_charge_code) for one in services}
    prices = told_prices(
        code for codes, missed in asked.values() for code in (codes.first_code, codes.code, missed) if code
    )
    return {key: _costs(codes, missed, prices) for key, (codes, missed) in asked.items()}


def _costs(codes: VisitCodes, missed: str, prices: dict[str, Decimal]) -> Costs:
    both = [prices.get(codes.first_code), prices.get(codes.code)]
    known = [price for price in both if price is not None]
    is_whole = len(known) == len(both)  # one price of two would promise too much
    return Costs(min(known) if is_whole else None, max(known) if is_whole else None, prices.get(missed))
