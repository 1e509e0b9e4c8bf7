"""Plans: told apart within their insurer, priced, retired and offered again."""

from datetime import date
from decimal import Decimal

import pytest

from osler.clinic.insurance.covering import add_coverage, days
from osler.clinic.insurance.errors import CopayNegative, PlanKnown, PlanNameless, PlanOfAnother
from osler.clinic.insurance.models import Coverage, InsurancePlan, Payer
from osler.clinic.insurance.payers import add_payer
from osler.clinic.insurance.plans import add_plan, amend_plan, restore_plan, retire_plan
from osler.clinic.patients.errors import NotAmendable
from osler.kernel.errors import Denied, Missing, StaleVersion

pytestmark = pytest.mark.django_db


def state():
    rows = InsurancePlan.objects.order_by("id")
    return list(rows.values_list("name", "kind", "office_copay_amount", "active", "version"))


def test_a_plan_is_amended_and_retired_and_back(act, adam, plan):
    with act(adam):
        changes = {"name": " Choice  Plus", "kind": "12", "office_copay_amount": Decimal("30.00")}
        amend_plan(plan, changes=changes, version=1, actor=adam)
        retire_plan(plan, version=2, actor=adam)
        assert state() == [("Choice Plus", "12", Decimal("30.00"), False, 3)]
        restore_plan(plan, version=3, actor=adam)
        assert state() == [("Choice Plus", "12", Decimal("30.00"), True, 4)]


def test_two_insurers_may_call_a_plan_alike_and_one_may_not(act, bill, plan, insurer):
    with act(bill):
        other = add_payer(Payer(name="Valley"), actor=bill)
        add_plan(InsurancePlan(payer=other, name="Harbor Choice"), actor=bill)
        with pytest.raises(PlanKnown):
            add_plan(InsurancePlan(payer=insurer, name="Harbor Choice"), actor=bill)
        assert InsurancePlan.objects.count() == 2


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"name": "  "}, PlanNameless),
        ({"name": "X", "laboratory_copay_amount": Decimal("-1")}, CopayNegative),
    ],
)
def test_what_is_no_plan_is_refused(act, bill, insurer, fields, refusal):
    with act(bill):
        with pytest.raises(refusal):
            add_plan(InsurancePlan(payer=insurer, **fields), actor=bill)
        assert state() == []


def test_a_card_has_a_plan_of_its_own_insurer(act, bob, bill, dana_patient, plan):
    with act(bill):
        other = add_payer(Payer(name="Valley"), actor=bill)
    with act(bob):
        with pytest.raises(PlanOfAnother):
            row = Coverage(patient=dana_patient, payer=other, plan=plan, period=days(date(2026, 1, 1)))
            add_coverage(row, member_id="V1", actor=bob)
        assert not Coverage.objects.exists()


def test_the_card_says_the_copay_or_else_the_plan_does(plan):
    own = Coverage(plan=plan, copay_amount=Decimal("5.00"))
    assert own.visit_copay_amount == Decimal("5.00")
    assert Coverage(plan=plan).visit_copay_amount == "20.00"
    assert Coverage().visit_copay_amount is None
    assert (Coverage(plan=plan, plan_name="Old").plan_words, Coverage(plan_name="Old").plan_words) == (
        "Harbor Choice",
        "Old",
    )


def test_what_is_no_field_of_a_plan_and_an_old_version_change_nothing(act, bill, plan):
    before = ("Harbor Choice", "HM", Decimal("20.00"), True, 1)
    with act(bill):
        with pytest.raises(NotAmendable):
            amend_plan(plan, changes={"payer_id": None}, version=1, actor=bill)
        with pytest.raises(StaleVersion):
            amend_plan(plan, changes={"name": "X"}, version=7, actor=bill)
        assert state() == [before]


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "bob", "petra", "dana"])
def test_who_keeps_no_plans(act, bill, insurer, plan, request, who):
    actor = request.getfixturevalue(who)
    with act(actor), pytest.raises(Denied):
        amend_plan(plan, changes={"name": "X"}, version=1, actor=actor)
    with act(bill):
        assert state() == [("Harbor Choice", "HM", Decimal("20.00"), True, 1)]


def test_a_stranger_knows_no_plan(act, charlie, plan):
    with act(charlie), pytest.raises((Denied, Missing)):
        retire_plan(plan, version=1, actor=charlie)
