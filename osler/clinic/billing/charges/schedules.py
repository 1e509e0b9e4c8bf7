"""The fee schedules: the clinic's own and those agreed with payers; prices end, they never change."""

import csv
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from osler.clinic.billing.errors import EndsBeforeStart, NegativeAmount
from osler.clinic.billing.ledger.posting import MOST
from osler.clinic.billing.models import FeeItem, FeeSchedule
from osler.clinic.insurance.models import Payer
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel.constraints import refusals
from osler.kernel.money import ZERO, round_amount

STARTER = Path(__file__).with_name("starter_fees.csv")


def fee_schedule(*, actor: Actor, payer: Payer | None = None) -> FeeSchedule:
    """The price list of a payer or (without one) the clinic's own; opened if there is none yet."""
    decide(actor, "price", FeeSchedule)
    found = scoped(FeeSchedule, actor).filter(payer=payer).first()
    if found is not None:
        return found
    name = payer.name if payer else _("Clinic prices")
    with refusals():
        return FeeSchedule.objects.create(name=name, payer=payer)


@transaction.atomic
def set_fee(
    schedule: FeeSchedule,
    *,
    code: str,
    description: str,
    amount: Decimal,
    starts_on: date,
    actor: Actor,
) -> FeeItem:
    """The price of a service from a day on; the price until now ends on the day before.

    A price that would begin later than the new one is refused (PricesOverlap): end it first.
    """
    decide(actor, "price", schedule)
    if not ZERO <= amount <= MOST or round_amount(amount) != amount:
        raise NegativeAmount
    with refusals():
        current = (
            scoped(FeeItem, actor)
            .select_for_update()
            .filter(schedule=schedule, code=code, period__contains=starts_on)
            .first()
        )
        if current is not None and current.period.lower == starts_on:
            current.amount, current.description = amount, description
            current.save()
            return current
        ends_on = current.period.upper if current else None
        if current is not None:
            current.period = DateRange(current.period.lower, starts_on)
            current.save()
        return FeeItem.objects.create(
            schedule=schedule,
            code=code,
            description=description,
            amount=amount,
            period=DateRange(starts_on, ends_on),
        )


def end_fee(item: FeeItem, *, ends_on: date, actor: Actor, version: int | None = None) -> FeeItem:
    """The last day on which a price holds."""
    decide(actor, "price", item)
    item.require_version(version)
    if ends_on < item.period.lower:
        raise EndsBeforeStart
    item.period = DateRange(item.period.lower, ends_on + timedelta(days=1))
    with refusals():
        item.save()
    return item


def load_starter_fees(*, starts_on: date, actor: Actor) -> int:
    """Fill the clinic's own schedule with prices to begin with; returns how many were new."""
    schedule = fee_schedule(actor=actor)
    known = set(scoped(FeeItem, actor).filter(schedule=schedule).values_list("code", flat=True))
    with STARTER.open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] not in known]
    FeeItem.objects.bulk_create(
        FeeItem(
            schedule=schedule,
            code=row["code"],
            description=row["description"],
            amount=Decimal(row["amount"]),
            period=DateRange(starts_on, None),
        )
        for row in rows
    )
    return len(rows)


def prices_on(schedule: FeeSchedule, *, on: date, actor: Actor) -> QuerySet[FeeItem]:
    """The prices of a schedule that hold on a day or later, by code."""
    return (
        scoped(FeeItem, actor)
        .filter(Q(period__endswith__gt=on) | Q(period__upper_inf=True), schedule=schedule)
        .order_by("code", "period")
    )
