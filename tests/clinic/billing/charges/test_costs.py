"""What patients are told a visit costs: today's own price, all of it, or nothing said."""

from datetime import timedelta
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.costs import Costs, costs_of
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.insurance.models import Payer
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from tests.clinic.billing.conftest import LONG_AGO


@pytest.fixture
def own(act, bill, prices):
    """The clinic's own price of a code from a day on."""

    def price(code, amount, *, starts_on=LONG_AGO, payer=None):
        with act(bill):
            schedule = fee_schedule(payer=payer, actor=bill) if payer else prices
            words = {"code": code, "description": code}
            set_fee(schedule, amount=Decimal(amount), starts_on=starts_on, actor=bill, **words)

    return price


@pytest.mark.parametrize(
    ("service", "least", "most", "missed"),
    [
        ({"charge_code": "99213"}, "118.00", "118.00", None),
        ({"charge_code": "99213", "missed_charge_code": "MISSED"}, "118.00", "118.00", "25.00"),
        ({"charge_code": "NONE", "missed_charge_code": "NONE"}, None, None, None),
        ({"kind": "physician"}, "118.00", "142.00", None),
        ({"kind": "nurse"}, None, None, None),
        ({"kind": "laboratory"}, None, None, None),
    ],
    ids=["one price", "and a fee", "no price", "new or known patients", "one of two is missing", "no charge"],
)
def test_costs_are_told_whole_or_not_at_all(act, adam, own, service, least, most, missed):
    own("99203", "142.00")
    own("MISSED", "25.00")
    with act(adam):
        one = HealthcareService.objects.create(name="Visit", **service)
        expected = Costs(*(Decimal(amount) if amount else None for amount in (least, most, missed)))
        assert costs_of([one]) == {one.id: expected}


def test_one_price_of_two_is_not_told(act, adam, prices):
    with act(adam):
        one = HealthcareService.objects.create(name="Visit", kind="physician")
        assert costs_of([one])[one.id].least is None


def test_only_todays_own_prices_are_told(act, adam, bill, own):
    with act(bill):
        payer = Payer.objects.create(name="Acme Health")
    own("OWN", "50.00", starts_on=clock.today() - timedelta(days=1))
    own("OWN", "60.00", starts_on=clock.today() + timedelta(days=1))
    own("OWN", "1.00", payer=payer)
    own("PAYERS", "1.00", payer=payer)
    with act(adam):
        services = [
            HealthcareService.objects.create(name=code, charge_code=code) for code in ("OWN", "PAYERS")
        ]
        found = costs_of(services)
        assert [found[one.id].least for one in services] == [Decimal("50.00"), None]


def test_many_kinds_of_visit_cost_one_statement(act, adam, prices, django_assert_num_queries):
    with act(adam):
        services = [HealthcareService.objects.create(name=f"{n}", charge_code="99213") for n in range(20)]
        with django_assert_num_queries(1):
            assert len(costs_of(services)) == 20
