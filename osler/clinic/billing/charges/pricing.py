"""What a service costs on a day: the payer's price first, else the clinic's own."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from osler.clinic.billing.models import ChargeItem, FeeItem
from osler.clinic.insurance.covering import coverage_on, primary_coverages
from osler.clinic.insurance.models import Coverage
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.kernel import clock


def fees_of(charges: Sequence[ChargeItem], *, actor: Actor) -> list[FeeItem | None]:
    """The price of each charge on its day, or None: a missing price is never a zero.

    Two statements, however many charges there are.
    """
    coverages = primary_coverages(((one.patient_id, one.occurred_on) for one in charges), actor=actor)
    insurers = {coverage.payer_id for coverage in coverages.values()}
    offered: dict[tuple[UUID | None, str], list[FeeItem]] = {}
    prices = scoped(FeeItem, actor).filter(code__in={one.code for one in charges})
    for item in prices.filter(Q(schedule__payer=None) | Q(schedule__payer__in=insurers)).select_related(
        "schedule"
    ):
        offered.setdefault((item.schedule.payer_id, item.code), []).append(item)

    def price(charge: ChargeItem) -> FeeItem | None:
        coverage = coverages.get((charge.patient_id, charge.occurred_on))
        payers = [coverage.payer_id, None] if coverage and not charge.is_patients_own else [None]
        for payer_id in payers:
            for item in offered.get((payer_id, charge.code), ()):
                if charge.occurred_on in item.period:
                    return item
        return None

    return [price(charge) for charge in charges]


def primary_coverage(patient: Patient, *, on: date, actor: Actor) -> Coverage | None:
    """The insurance that pays first on a day, or None: the patient pays."""
    return next(iter(coverage_on(patient, on, actor=actor)), None)


def told_prices(codes: Iterable[str]) -> dict[str, Decimal]:
    """What services cost today without insurance: the clinic's own price list, which anybody may know."""
    today = FeeItem.objects.filter(schedule__payer=None, code__in=set(codes), period__contains=clock.today())
    return dict(today.values_list("code", "amount"))
