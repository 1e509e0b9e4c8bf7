import datetime
from decimal import Decimal

import pytest

from osler.clinic.billing.charges.capturing import mark_not_billable
from osler.clinic.billing.errors import (
    NothingToInvoice,
    NotToInvoice,
    NotYet,
    PriceMissing,
    SeveralPatients,
    VisitInError,
)
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.models import ChargeItem, Invoice, Payment
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.kernel import clock
from osler.kernel.errors import Denied
from tests.clinic.billing.conftest import account_sums, announced, check_now, numbers
from tests.conftest import new_patient


def test_an_invoice_has_lines_a_number_a_day_and_an_entry(act, bill, charged):
    with act(bill):
        invoice = issue_invoice([charged("4548-4"), charged()], actor=bill)
        check_now()
        invoice = Invoice.objects.get(id=invoice.id)
        lines = list(invoice.lines.order_by("position").values_list("code", "amount"))

        assert account_sums() == {"patient-receivable": Decimal("142.50"), "revenue": Decimal("-142.50")}
        assert set(ChargeItem.objects.values_list("status", flat=True)) == {"billed"}
        assert announced() == ["InvoiceIssued"]
    assert (invoice.label, invoice.status, invoice.total_amount) == (
        "INV-000001",
        "issued",
        Decimal("142.50"),
    )
    assert invoice.due_on - invoice.issued_on == datetime.timedelta(days=30)
    assert invoice.issued_on == clock.today()
    assert sorted(lines) == [("4548-4", Decimal("24.50")), ("99213", Decimal("118.00"))]


def test_the_patient_owes_the_copay_and_the_payer_the_rest(act, bill, insured, charged, visit):
    visit_charge = charged(encounter=visit, origin=f"encounter:{visit.id}")
    test_charge = charged("4548-4", encounter=visit)

    with act(bill):
        issue_invoice([visit_charge, test_charge], actor=bill)
        check_now()

        assert account_sums() == {
            "patient-receivable": Decimal("30.00"),
            "payer-receivable": Decimal("112.50"),
            "revenue": Decimal("-142.50"),
        }


def test_a_test_after_its_visit_makes_no_second_copay(act, bill, insured, charged, visit):
    with act(bill):
        issue_invoice([charged("4548-4", encounter=visit)], actor=bill)

        assert account_sums() == {"payer-receivable": Decimal("24.50"), "revenue": Decimal("-24.50")}


def test_self_pay_leaves_the_insurance_out(act, bill, insured, charged, visit):
    with act(bill):
        invoice = issue_invoice([charged(encounter=visit)], is_self_pay=True, actor=bill)

        assert account_sums() == {"patient-receivable": Decimal("118.00"), "revenue": Decimal("-118.00")}
    assert invoice.coverage is None


def test_a_copay_paid_before_is_applied(act, bill, bob, dana_patient, insured, charged, visit):
    with act(bob):
        take_payment(dana_patient, tender=Tender(Decimal("30.00"), Payment.Method.CASH), actor=bob)
    visit_charge = charged(encounter=visit, origin=f"encounter:{visit.id}")

    with act(bill):
        invoice = issue_invoice([visit_charge], actor=bill)
        check_now()

        assert account_sums() == {
            "cash": Decimal("30.00"),
            "payer-receivable": Decimal("88.00"),
            "revenue": Decimal("-118.00"),
        }
    assert invoice.status == "issued"


def test_more_credit_than_owed_stays_credit_and_the_invoice_is_paid(act, bill, dana_patient, charged):
    with act(bill):
        take_payment(dana_patient, tender=Tender(Decimal("200.00")), actor=bill)
        invoice = issue_invoice([charged()], actor=bill)

        assert account_sums() == {
            "card": Decimal("200.00"),
            "patient-credit": Decimal("-82.00"),
            "revenue": Decimal("-118.00"),
        }
    assert invoice.status == "balanced"


def test_numbers_run_on_without_gaps_when_one_fails(act, bill, charged):
    for _ in range(2):
        with act(bill):
            issue_invoice([charged()], actor=bill)
    doomed = charged()
    with pytest.raises(RuntimeError), act(bill):
        issue_invoice([doomed], actor=bill)
        raise RuntimeError
    with act(bill):
        issue_invoice([doomed], actor=bill)

        assert numbers() == [1, 2, 3]


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda charged: [], NothingToInvoice),
        (lambda charged: [charged("99499")], PriceMissing),
    ],
    ids=["no charge", "a charge without a price"],
)
def test_what_cannot_be_invoiced_is_refused(act, bill, charged, make, refusal):
    charges = make(charged)

    with act(bill):
        with pytest.raises(refusal):
            issue_invoice(charges, actor=bill)
        assert (Invoice.objects.count(), announced(), account_sums()) == (0, [], {})


def test_charges_of_two_patients_are_refused(act, bill, organization, charged):
    other = charged(patient=new_patient(organization, given="Eva"))

    with act(bill), pytest.raises(SeveralPatients):
        issue_invoice([charged(), other], actor=bill)


def test_a_charge_is_invoiced_once(act, bill, charged):
    charge = charged()
    with act(bill):
        issue_invoice([charge], actor=bill)

        with pytest.raises(NotToInvoice):
            issue_invoice([charge], actor=bill)
        assert Invoice.objects.count() == 1


def test_a_charge_that_was_left_out_is_not_invoiced(act, bill, charged):
    charge = charged()
    with act(bill):
        mark_not_billable(charge, reason="Courtesy", actor=bill)

        with pytest.raises(NotToInvoice):
            issue_invoice([charge], actor=bill)


def test_a_visit_in_error_is_not_invoiced(act, bill, alice, charged, visit):
    charge = charged(encounter=visit)
    with act(alice):
        visit.status = "entered-in-error"
        visit.save()

    with act(bill), pytest.raises(VisitInError):
        issue_invoice([charge], actor=bill)


def test_reception_issues_nothing(act, bob, charged):
    charge = charged()

    with act(bob), pytest.raises(Denied):
        issue_invoice([charge], actor=bob)


def test_books_are_brought_over_with_their_day_never_ahead(act, bill, charged):
    with act(bill):
        invoice = issue_invoice([charged()], on=datetime.date(2026, 3, 2), actor=bill)
        with pytest.raises(NotYet):
            issue_invoice([charged()], on=clock.today() + datetime.timedelta(days=1), actor=bill)

    assert (invoice.issued_on, invoice.due_on) == (datetime.date(2026, 3, 2), datetime.date(2026, 4, 1))
    assert invoice.entry.posted_on == invoice.issued_on
