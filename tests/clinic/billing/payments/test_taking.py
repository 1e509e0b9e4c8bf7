from decimal import Decimal

import pytest

from osler.clinic.billing.errors import (
    AlreadyRefunded,
    CreditUsed,
    NotAnAmount,
    NotOpen,
    Overpaid,
    ReasonMissing,
    TooMuchBack,
)
from osler.clinic.billing.invoices.correcting import credit_invoice
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import Invoice, Payment
from osler.clinic.billing.payments.taking import Tender, refund_payment, take_payment
from osler.kernel.errors import Denied
from tests.clinic.billing.conftest import account_sums, announced, check_now
from tests.conftest import new_patient


@pytest.fixture
def invoice(act, bill, charged):
    """Dana owes 118.00."""
    with act(bill):
        return issue_invoice([charged()], actor=bill)


def tender(amount: str, method: str = "card") -> Tender:
    return Tender(Decimal(amount), method)


def status_of(invoice: Invoice) -> str:
    return Invoice.objects.get(id=invoice.id).status


def test_payments_close_an_invoice(act, bob, invoice):
    with act(bob):
        take_payment(invoice.patient, tender=tender("100.00", "cash"), invoice=invoice, actor=bob)
        assert status_of(invoice) == "issued"
        take_payment(invoice.patient, tender=tender("18.00", "check"), invoice=invoice, actor=bob)
        check_now()

        assert status_of(invoice) == "balanced"
        assert account_sums() == {
            "cash": Decimal("100.00"),
            "bank": Decimal("18.00"),
            "revenue": Decimal("-118.00"),
        }
        assert announced() == ["InvoiceIssued", "PaymentTaken", "PaymentTaken"]


def test_more_than_is_open_is_refused(act, bob, invoice):
    with act(bob):
        with pytest.raises(Overpaid):
            take_payment(invoice.patient, tender=tender("118.01"), invoice=invoice, actor=bob)

        assert (Payment.objects.count(), announced()) == (0, ["InvoiceIssued"])


@pytest.mark.parametrize("amount", ["0.00", "-5.00", "1.005", "NaN", "Infinity", "10000000000.00"])
def test_what_is_no_amount_is_refused(act, bob, invoice, amount):
    with act(bob), pytest.raises(NotAnAmount):
        take_payment(invoice.patient, tender=tender(amount), invoice=invoice, actor=bob)


def test_a_paid_invoice_takes_no_more(act, bob, invoice):
    with act(bob):
        take_payment(invoice.patient, tender=tender("118.00"), invoice=invoice, actor=bob)
        with pytest.raises(NotOpen):
            take_payment(invoice.patient, tender=tender("1.00"), invoice=invoice, actor=bob)


def test_another_patients_invoice_is_not_paid(act, bob, organization, invoice):
    other = new_patient(organization, given="Eva")

    with act(bob), pytest.raises(NotOpen):
        take_payment(other, tender=tender("5.00"), invoice=invoice, actor=bob)


def test_the_payer_pays_its_own_part(act, bill, bob, insured, charged, visit):
    charge = charged(encounter=visit, origin=f"encounter:{visit.id}")
    with act(bill):
        invoice = issue_invoice([charge], actor=bill)
        with pytest.raises(Overpaid):
            take_payment(
                invoice.patient, tender=tender("88.01"), invoice=invoice, payer=insured.payer, actor=bill
            )
        take_payment(
            invoice.patient, tender=tender("88.00"), invoice=invoice, payer=insured.payer, actor=bill
        )
        assert status_of(invoice) == "issued"
    with act(bob):
        with pytest.raises(Denied):
            take_payment(
                invoice.patient, tender=tender("1.00"), invoice=invoice, payer=insured.payer, actor=bob
            )
        take_payment(invoice.patient, tender=tender("30.00"), invoice=invoice, actor=bob)
        assert status_of(invoice) == "balanced"


def test_a_refund_opens_the_invoice_again(act, bill, bob, invoice):
    with act(bob):
        payment = take_payment(invoice.patient, tender=tender("118.00"), invoice=invoice, actor=bob)
    with act(bill):
        with pytest.raises(ReasonMissing):
            refund_payment(payment, reason="", actor=bill)
        with pytest.raises(TooMuchBack):
            refund_payment(payment, amount=Decimal("118.01"), reason="Wrong card", actor=bill)
        refund = refund_payment(payment, amount=Decimal("18.00"), reason="Wrong card", actor=bill)
        check_now()

        assert (refund.amount, refund.refunds_id, refund.method) == (Decimal("-18.00"), payment.id, "card")
        assert status_of(invoice) == "issued"
        assert account_sums() == {
            "card": Decimal("100.00"),
            "patient-receivable": Decimal("18.00"),
            "revenue": Decimal("-118.00"),
        }
        for twice in (payment, refund):
            with pytest.raises(AlreadyRefunded):
                refund_payment(twice, reason="Again", actor=bill)


def test_what_was_paid_ahead_goes_back_until_it_is_used(act, bill, dana_patient, charged):
    with act(bill):
        first = take_payment(dana_patient, tender=tender("40.00", "cash"), actor=bill)
        second = take_payment(dana_patient, tender=tender("118.00"), actor=bill)
        refund_payment(first, reason="Visit cancelled", actor=bill)
        issue_invoice([charged()], actor=bill)

        with pytest.raises(CreditUsed):
            refund_payment(second, reason="Too late", actor=bill)
        assert account_sums() == {"card": Decimal("118.00"), "revenue": Decimal("-118.00")}


def test_after_a_credit_note_the_payment_goes_back_out_of_the_credit(act, bill, invoice):
    with act(bill):
        payment = take_payment(invoice.patient, tender=tender("118.00"), invoice=invoice, actor=bill)
        credit_invoice(invoice, reason="Wrong visit", actor=bill)
        assert account_sums() == {"card": Decimal("118.00"), "patient-credit": Decimal("-118.00")}
        refund_payment(Payment.objects.get(id=payment.id), reason="Wrong visit", actor=bill)
        check_now()

        assert account_sums() == {}


def test_reception_gives_nothing_back(act, bob, invoice):
    with act(bob):
        payment = take_payment(invoice.patient, tender=tender("5.00"), invoice=invoice, actor=bob)
        with pytest.raises(Denied):
            refund_payment(payment, reason="Asked", actor=bob)


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "adam", "petra", "dana"])
def test_nobody_else_takes_money(act, invoice, who, request):
    actor = request.getfixturevalue(who)

    with act(actor), pytest.raises(Denied):
        take_payment(invoice.patient, tender=tender("5.00"), invoice=invoice, actor=actor)
