from decimal import Decimal

import pytest

from osler.clinic.billing.errors import (
    AlreadyCredited,
    NotOpen,
    Overpaid,
    PayerHasPaid,
    ReasonMissing,
)
from osler.clinic.billing.invoices.correcting import credit_invoice, transfer_to_patient, write_off
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem, Invoice
from osler.clinic.billing.payments.taking import Tender, refund_payment, take_payment
from osler.kernel.errors import Denied
from tests.clinic.billing.conftest import account_sums, announced, check_now, numbers


@pytest.fixture
def invoice(act, bill, charged):
    """Dana owes 118.00."""
    with act(bill):
        return issue_invoice([charged()], actor=bill)


@pytest.fixture
def shared(act, bill, insured, charged, visit):
    """Dana owes 30.00, her insurer 88.00."""
    charge = charged(encounter=visit, origin=f"encounter:{visit.id}")
    with act(bill):
        return issue_invoice([charge], actor=bill)


def test_a_credit_note_mirrors_the_invoice_and_frees_its_charges(act, bill, invoice):
    with act(bill):
        note = credit_invoice(invoice, reason="Wrong patient", actor=bill)
        check_now()
        note = Invoice.objects.get(id=note.id)

        assert (note.label, note.status, note.total_amount) == ("CRN-000001", "balanced", Decimal("-118.00"))
        assert (note.credits_id, note.note) == (invoice.id, "Wrong patient")
        assert list(note.lines.values_list("code", "amount")) == [("99213", Decimal("-118.00"))]
        assert Invoice.objects.get(id=invoice.id).status == "cancelled"
        assert ChargeItem.objects.get().status == "billable"
        assert account_sums() == {}
        assert announced() == ["InvoiceIssued", "InvoiceCredited"]


def test_credited_charges_go_on_a_new_invoice(act, bill, invoice):
    with act(bill):
        credit_invoice(invoice, reason="Wrong price", actor=bill)
        issue_invoice(list(ChargeItem.objects.all()), actor=bill)
        check_now()

        assert (numbers(), numbers("CRN")) == ([1, 2], [1])


def test_what_was_paid_becomes_credit_and_what_was_written_off_comes_back(act, bill, invoice):
    with act(bill):
        take_payment(invoice.patient, tender=Tender(Decimal("60.00")), invoice=invoice, actor=bill)
        write_off(invoice, amount=Decimal("8.00"), reason="Small rest", actor=bill)
        credit_invoice(invoice, reason="Wrong visit", actor=bill)
        check_now()

        assert account_sums() == {"card": Decimal("60.00"), "patient-credit": Decimal("-60.00")}


def test_the_payers_money_stands_in_the_way_until_it_went_back(act, bill, insured, shared):
    with act(bill):
        paid = take_payment(
            shared.patient, tender=Tender(Decimal("50.00")), invoice=shared, payer=insured.payer, actor=bill
        )
        with pytest.raises(PayerHasPaid):
            credit_invoice(shared, reason="Wrong visit", actor=bill)
        assert Invoice.objects.count() == 1

        refund_payment(paid, reason="Wrong visit", actor=bill)
        credit_invoice(shared, reason="Wrong visit", actor=bill)
        check_now()
        assert account_sums() == {}


def test_an_invoice_is_credited_once_and_a_credit_note_never(act, bill, invoice):
    with act(bill):
        note = credit_invoice(invoice, reason="Wrong", actor=bill)
        for done in (invoice, note):
            with pytest.raises(AlreadyCredited):
                credit_invoice(done, reason="Again", actor=bill)
        assert Invoice.objects.count() == 2


def test_a_write_off_closes_what_is_left(act, bill, invoice):
    with act(bill):
        take_payment(invoice.patient, tender=Tender(Decimal("100.00")), invoice=invoice, actor=bill)
        write_off(invoice, reason="Hardship", actor=bill)
        check_now()

        assert Invoice.objects.get(id=invoice.id).status == "balanced"
        assert account_sums() == {
            "card": Decimal("100.00"),
            "adjustment": Decimal("18.00"),
            "revenue": Decimal("-118.00"),
        }


def test_the_payers_part_is_written_off_apart(act, bill, shared):
    with act(bill):
        write_off(shared, reason="Contract", amount=Decimal("20.00"), of_payer=True, actor=bill)

        assert account_sums() == {
            "patient-receivable": Decimal("30.00"),
            "payer-receivable": Decimal("68.00"),
            "adjustment": Decimal("20.00"),
            "revenue": Decimal("-118.00"),
        }


def test_what_the_payer_refuses_the_patient_owes_less_credit(act, bill, dana_patient, shared):
    with act(bill):
        take_payment(dana_patient, tender=Tender(Decimal("40.00")), actor=bill)
        transfer_to_patient(shared, reason="Deductible", actor=bill)
        check_now()

        assert account_sums() == {
            "card": Decimal("40.00"),
            "patient-receivable": Decimal("78.00"),
            "revenue": Decimal("-118.00"),
        }


def test_corrections_are_refused_beyond_what_is_open_and_without_reason(act, bill, shared):
    with act(bill):
        with pytest.raises(Overpaid):
            write_off(shared, amount=Decimal("30.01"), reason="Much", actor=bill)
        with pytest.raises(Overpaid):
            transfer_to_patient(shared, amount=Decimal("88.01"), reason="Much", actor=bill)
        with pytest.raises(ReasonMissing):
            write_off(shared, reason="  ", actor=bill)
        write_off(shared, reason="Hardship", actor=bill)
        with pytest.raises(NotOpen):
            write_off(shared, reason="Again", actor=bill)
        assert account_sums() == {
            "payer-receivable": Decimal("88.00"),
            "adjustment": Decimal("30.00"),
            "revenue": Decimal("-118.00"),
        }


@pytest.mark.parametrize("deed", [credit_invoice, write_off, transfer_to_patient])
def test_reception_corrects_nothing(act, bob, invoice, deed):
    with act(bob), pytest.raises(Denied):
        deed(invoice, reason="Mine", actor=bob)
