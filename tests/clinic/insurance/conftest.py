"""An insured patient, and the insurers of the tests."""

from datetime import date

import pytest

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.models import Coverage, InsurancePlan, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.insurance.plans import add_plan


@pytest.fixture
def insurer(act, bill):
    with act(bill):
        return add_payer(Payer(name="Harbor Health", payer_number="60001"), actor=bill)


@pytest.fixture
def plan(act, bill, insurer):
    with act(bill):
        row = InsurancePlan(
            payer=insurer, name="Harbor  Choice", kind="HM", office_copay_amount="20.00", needs_referral=True
        )
        return add_plan(row, actor=bill)


@pytest.fixture
def card(act, bob, dana_patient, insurer):
    with act(bob):
        coverage = Coverage(patient=dana_patient, payer=insurer, period=days(date(2026, 1, 1)))
        return add_coverage(coverage, member_id="H123", actor=bob)
