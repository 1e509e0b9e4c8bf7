import datetime
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.schedules import (
    end_fee,
    fee_schedule,
    load_starter_fees,
    prices_on,
    set_fee,
)
from osler.clinic.billing.errors import EndsBeforeStart, NegativeAmount, PricesOverlap
from osler.clinic.billing.models import FeeItem
from osler.kernel.errors import Denied
from tests.clinic.billing.conftest import DAY, LONG_AGO


def price(schedule, actor, amount="130.00", starts_on=DAY):
    return set_fee(
        schedule, code="99213", description="Visit", amount=Decimal(amount), starts_on=starts_on, actor=actor
    )


def test_a_new_price_ends_the_old_one(act, bill, prices):
    with act(bill):
        price(prices, bill)

        periods = (
            FeeItem.objects.filter(code="99213")
            .order_by("period")
            .values_list("amount", "period__startswith", "period__endswith")
        )
        assert list(periods) == [
            (Decimal("118.00"), LONG_AGO, DAY),
            (Decimal("130.00"), DAY, None),
        ]


def test_a_price_of_the_same_day_is_corrected(act, bill, prices):
    with act(bill):
        price(prices, bill, "1.00", LONG_AGO)

        assert FeeItem.objects.filter(code="99213").values_list("amount").get() == (Decimal("1.00"),)


def test_a_price_before_a_later_one_is_refused(act, bill, prices):
    with act(bill):
        with pytest.raises(PricesOverlap):
            price(prices, bill, starts_on=LONG_AGO - datetime.timedelta(days=5))
        with pytest.raises(NegativeAmount):
            price(prices, bill, "-1.00")
        assert FeeItem.objects.filter(code="99213").count() == 1


def test_a_price_ends_on_its_last_day(act, bill, prices):
    with act(bill):
        item = FeeItem.objects.get(code="99213")
        with pytest.raises(EndsBeforeStart):
            end_fee(item, ends_on=LONG_AGO - datetime.timedelta(days=1), actor=bill)
        end_fee(item, ends_on=DAY, actor=bill)

        on_the_day, after = (
            [row.code for row in prices_on(prices, on=day, actor=bill)]
            for day in (DAY, DAY + datetime.timedelta(days=1))
        )
    assert (on_the_day, after) == (["4548-4", "99213"], ["4548-4"])


def test_there_is_one_schedule_for_each_payer(act, bill, insured):
    with act(bill):
        own = fee_schedule(actor=bill)
        payers = fee_schedule(payer=insured.payer, actor=bill)

        assert (fee_schedule(actor=bill), fee_schedule(payer=insured.payer, actor=bill)) == (own, payers)
    assert (own.payer_id, payers.name) == (None, "Acme Health")


def test_starter_fees_fill_only_what_is_missing(act, bill, prices):
    with act(bill):
        first = load_starter_fees(starts_on=DAY, actor=bill)

        assert first > 5
        assert load_starter_fees(starts_on=DAY, actor=bill) == 0
        assert FeeItem.objects.get(code="99213").amount == Decimal("118.00")


def test_reception_sets_no_price(act, bob, prices):
    with act(bob), pytest.raises(Denied):
        price(prices, bob)
