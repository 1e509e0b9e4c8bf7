"""Amounts of money: exact decimals with two places, one way to round, one way to split."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def round_amount(amount: Decimal) -> Decimal:
    """The amount to the cent, halves away from zero."""
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def split_amount(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Split an amount by weights so that the parts sum to it exactly (largest remainder)."""
    total = sum(weights, Decimal(0))
    if not weights or total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be non-negative and not all zero")
    cents = int(round_amount(amount) / CENT)
    sign, cents = (-1, -cents) if cents < 0 else (1, cents)
    exact = [Decimal(cents) * weight / total for weight in weights]
    parts = [int(share) for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: cents - sum(parts)]:
        parts[i] += 1
    return [sign * part * CENT for part in parts]
