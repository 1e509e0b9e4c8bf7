"""What a service costs on a day: the payer's price first, else the clinic's own."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import Q

from osler.clinic.billing.models import ChargeItem, FeeItem
from osler.clinic.insurance.covering import coverage_on, primary_coverages
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped


def fees_of(charges: Sequence[ChargeItem], *, actor: Actor) -> list[FeeItem | None]:
    """The price of each charge on its day, or None: a missing price is never a zero.

    Two statements, however many charges there are.
    """
    coverages = primary_coverages(((one.patient_id, one.occurred_on) for one in charges), actor=actor)
    payers = {coverage.payer_id for coverage in coverages.values()}
    offered: dict[tuple[UUID | None, str], list[FeeItem]] = {}
    prices = scoped(FeeItem, actor).filter(code__in={one.code for one in charges})
    for item in prices.filter(Q(schedule__payer=None) | Q(schedule__payer__in=payers)).select_related(
        "schedule"
    ):
        offered.setdefault((item.schedule.payer_id, item.code), []).append(item)

    def price(charge: ChargeItem) -> FeeItem | None:
        coverage = coverages.get((charge.patient_id, charge.occurred_on))
        for payer_id in [coverage.payer_id, None] if coverage else [None]:
            for item in offered.get((payer_id, charge.code), ()):
                if charge.occurred_on in item.period:
                    return item
        return None

    return [price(charge) for charge in charges]


def primary_coverage(patient: Patient, *, on: date, actor: Actor) -> Coverage | None:
    """The insurance that pays first on a day, or None: the patient pays."""
    return next(iter(coverage_on(patient, on, actor=actor)), None)
