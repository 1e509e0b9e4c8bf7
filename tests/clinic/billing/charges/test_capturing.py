from decimal import Decimal

import pytest

from osler.clinic.billing.charges.capturing import (
    Service,
    capture_charge,
    enter_charge_in_error,
    mark_billable,
    mark_not_billable,
    reprice_charge,
)
from osler.clinic.billing.charges.schedules import fee_schedule, set_fee
from osler.clinic.billing.errors import InvoiceFrozen, NegativeAmount, ReasonMissing
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem
from osler.kernel.errors import Denied, Missing, StaleVersion
from tests.clinic.billing.conftest import DAY, LONG_AGO

ORIGIN = "encounter:1"


def test_a_fact_makes_its_charge_once(act, bill, prices, dana_patient):
    with act(bill):
        first = capture_charge(ORIGIN, patient=dana_patient, service=Service("99213", DAY), actor=bill)
        again = capture_charge(ORIGIN, patient=dana_patient, service=Service("99214", DAY), actor=bill)

        assert again == first
        assert ChargeItem.objects.count() == 1
    assert (first.status, first.unit_amount, first.amount) == (
        "billable",
        Decimal("118.00"),
        Decimal("118.00"),
    )
    assert first.description == "Office visit"


def test_a_missing_price_waits_and_is_no_zero(act, bill, prices, dana_patient):
    with act(bill):
        service = Service("99499", DAY, "Something unusual")
        charge = capture_charge(ORIGIN, patient=dana_patient, service=service, actor=bill)

    assert (charge.status, charge.unit_amount, charge.amount) == ("planned", None, None)
    assert charge.description == "Something unusual"


def test_the_payers_price_goes_before_the_clinics(act, bill, prices, insured, charged):
    with act(bill):
        schedule = fee_schedule(payer=insured.payer, actor=bill)
        set_fee(
            schedule,
            code="99213",
            description="Visit",
            amount=Decimal("91.20"),
            starts_on=LONG_AGO,
            actor=bill,
        )

    assert charged("99213").amount == Decimal("91.20")
    assert charged("4548-4").amount == Decimal("24.50")


def test_the_price_is_that_of_the_day(act, bill, prices, dana_patient, charged):
    with act(bill):
        set_fee(
            prices, code="99213", description="Visit", amount=Decimal("130.00"), starts_on=DAY, actor=bill
        )
        before = Service("99213", DAY.replace(day=1))
        old = capture_charge(ORIGIN, patient=dana_patient, service=before, actor=bill)

    assert (old.amount, charged("99213").amount) == (Decimal("118.00"), Decimal("130.00"))


def test_a_quantity_multiplies(act, bill, prices, dana_patient):
    with act(bill):
        service = Service("4548-4", DAY, quantity=3)
        charge = capture_charge(ORIGIN, patient=dana_patient, service=service, actor=bill)

    assert charge.amount == Decimal("73.50")


def test_reprice_gives_a_waiting_charge_its_price(act, bill, charged):
    charge = charged("99499")

    with act(bill):
        reprice_charge(charge, unit_amount=Decimal("12.00"), reason="Agreed by phone", actor=bill)
        charge.refresh_from_db()

    assert (charge.status, charge.amount, charge.status_reason) == (
        "billable",
        Decimal("12.00"),
        "Agreed by phone",
    )


def test_reprice_without_an_amount_asks_the_fee_schedule(act, bill, prices, charged):
    charge = charged("99499")

    with act(bill):
        set_fee(
            prices, code="99499", description="Rare", amount=Decimal("55.00"), starts_on=LONG_AGO, actor=bill
        )
        reprice_charge(charge, reason="Price now known", actor=bill)

    assert (charge.status, charge.unit_amount) == ("billable", Decimal("55.00"))


@pytest.mark.parametrize("amount", [Decimal("-0.01"), Decimal("1.001"), Decimal("1E12")])
def test_reprice_refuses_what_is_no_price(act, bill, charged, amount):
    charge = charged()

    with act(bill), pytest.raises(NegativeAmount):
        reprice_charge(charge, unit_amount=amount, reason="Why", actor=bill)

    with act(bill):
        assert ChargeItem.objects.get().unit_amount == Decimal("118.00")


def test_a_charge_is_left_out_with_a_reason_and_taken_back(act, bill, charged):
    charge = charged()

    with act(bill):
        with pytest.raises(ReasonMissing):
            mark_not_billable(charge, reason=" ", actor=bill)
        mark_not_billable(charge, reason="Courtesy", actor=bill)
        left_out = ChargeItem.objects.get()
        assert (left_out.status, left_out.status_reason) == ("not-billable", "Courtesy")
        mark_billable(left_out, actor=bill)
        assert ChargeItem.objects.get().status == "billable"


def test_a_charge_in_error_lets_the_fact_make_another(act, bill, charged):
    charge = charged(origin=ORIGIN)

    with act(bill):
        enter_charge_in_error(charge, reason="Wrong patient", actor=bill)

    assert charged(origin=ORIGIN) != charge


def test_an_invoiced_charge_cannot_be_repriced(act, bill, charged):
    charge = charged()
    with act(bill):
        issue_invoice([charge], actor=bill)
        charge = ChargeItem.objects.get()

        for deed in (mark_not_billable, reprice_charge, enter_charge_in_error):
            with pytest.raises(InvoiceFrozen):
                deed(charge, reason="Late", actor=bill)
        with pytest.raises(InvoiceFrozen):
            mark_billable(charge, actor=bill)
        assert ChargeItem.objects.get().status == "billed"


def test_an_old_version_is_refused(act, bill, charged):
    charge = charged()

    with act(bill), pytest.raises(StaleVersion):
        mark_not_billable(charge, reason="Late", actor=bill, version=7)


@pytest.mark.parametrize("who", ["bob", "alice", "nina", "lena", "adam", "petra", "dana"])
def test_only_billing_touches_charges(act, charged, who, request):
    charge, actor = charged(), request.getfixturevalue(who)

    with act(actor), pytest.raises((Denied, Missing)):
        mark_not_billable(charge, reason="Mine", actor=actor)
    with act(actor), pytest.raises((Denied, Missing)):
        capture_charge("x", patient=charge.patient, service=Service("99213", DAY), actor=actor)
