"""What a service costs on a day: the payer's price first, else the clinic's own."""

from datetime import date

from django.db.models import F, Q

from osler.clinic.billing.models import FeeItem
from osler.clinic.insurance.covering import coverage_on
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped


def fee_of(code: str, *, on: date, payer: Payer | None = None, actor: Actor) -> FeeItem | None:
    """The price of a service on a day, or None: a missing price is never a zero."""
    return (
        scoped(FeeItem, actor)
        .filter(code=code, period__contains=on)
        .filter(Q(schedule__payer=None) | Q(schedule__payer=payer))
        .order_by(F("schedule__payer").asc(nulls_last=True))
        .first()
    )


def primary_coverage(patient: Patient, *, on: date, actor: Actor) -> Coverage | None:
    """The insurance that pays first on a day, or None: the patient pays."""
    return next(iter(coverage_on(patient, on, actor=actor)), None)
