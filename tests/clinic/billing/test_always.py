"""Whatever is done in whatever order, the books stay right: 8 histories a run, with OSLER_FULL=1 thirty."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from osler.clinic.billing.charges.capturing import Service, capture_charge, mark_not_billable
from osler.clinic.billing.invoices.correcting import credit_invoice, transfer_to_patient, write_off
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.ledger.balances import account_history, open_amounts, open_balance
from osler.clinic.billing.models import ChargeItem, Invoice, Payment, Posting
from osler.clinic.billing.payments.taking import Tender, refund_payment, take_payment
from osler.kernel.errors import Refusal
from osler.kernel.keys import uuid7
from tests.clinic.billing.conftest import DAY, check_now, numbers
from tests.conftest import new_patient
from tests.environment import FULL

CENTS = st.integers(1, 20000).map(lambda cents: Decimal(cents) / 100)
PICK = st.integers(0, 5)
DEEDS = st.one_of(
    st.tuples(st.just("charge"), st.sampled_from(["99213", "4548-4", "99499"]), st.integers(1, 3)),
    st.tuples(st.just("leave-out"), PICK),
    st.tuples(st.just("issue"), st.integers(1, 3), st.booleans()),
    st.tuples(st.just("pay"), PICK, CENTS),
    st.tuples(st.just("pay-ahead"), CENTS),
    st.tuples(st.just("payer-pays"), PICK, CENTS),
    st.tuples(st.just("refund"), PICK, st.none() | CENTS),
    st.tuples(st.just("write-off"), PICK, st.none() | CENTS, st.booleans()),
    st.tuples(st.just("transfer"), PICK, st.none() | CENTS),
    st.tuples(st.just("credit"), PICK),
)


class Office:
    """One patient's money, moved by random deeds; what is refused changes nothing."""

    def __init__(self, actor, patient, payer):
        self.actor, self.patient, self.payer = actor, patient, payer

    def do(self, deed):
        name, *rest = deed
        before = Posting.objects.count()
        try:
            getattr(self, name.replace("-", "_"))(*rest)
        except (Refusal, IndexError):
            assert Posting.objects.count() == before

    def _pick(self, model, place):
        return model.objects.filter(patient=self.patient).order_by("id")[place]

    def charge(self, code, quantity):
        service = Service(code, DAY, quantity=quantity)
        capture_charge(f"hand:{uuid7()}", patient=self.patient, service=service, actor=self.actor)

    def leave_out(self, place):
        mark_not_billable(self._pick(ChargeItem, place), reason="Courtesy", actor=self.actor)

    def issue(self, many, is_self_pay):
        waiting = ChargeItem.objects.filter(patient=self.patient, status="billable").order_by("id")[:many]
        issue_invoice(list(waiting), is_self_pay=is_self_pay, actor=self.actor)

    def pay(self, place, amount):
        invoice = self._pick(Invoice, place)
        take_payment(self.patient, tender=Tender(amount, "cash"), invoice=invoice, actor=self.actor)

    def pay_ahead(self, amount):
        take_payment(self.patient, tender=Tender(amount), actor=self.actor)

    def payer_pays(self, place, amount):
        invoice = self._pick(Invoice, place)
        tender = Tender(amount, "transfer")
        take_payment(self.patient, tender=tender, invoice=invoice, payer=self.payer, actor=self.actor)

    def refund(self, place, amount):
        refund_payment(self._pick(Payment, place), amount=amount, reason="Back", actor=self.actor)

    def write_off(self, place, amount, of_payer):
        invoice = self._pick(Invoice, place)
        write_off(invoice, amount=amount, of_payer=of_payer, reason="Rest", actor=self.actor)

    def transfer(self, place, amount):
        transfer_to_patient(self._pick(Invoice, place), amount=amount, reason="Not covered", actor=self.actor)

    def credit(self, place):
        credit_invoice(self._pick(Invoice, place), reason="Wrong", actor=self.actor)


def replayed(postings):
    """Sums by account, from the postings one by one."""
    sums = {}
    for posting in postings:
        sums[posting.account] = sums.get(posting.account, Decimal(0)) + posting.amount
    return sums


def is_right(office):
    """Everything that holds at any time of one patient's money."""
    patient, actor = office.patient, office.actor
    check_now()
    postings = list(Posting.objects.filter(patient=patient))
    sums = replayed(postings)
    assert sum(sums.values(), Decimal(0)) == 0

    balance = open_balance(patient, actor=actor)
    history = account_history(patient, actor=actor)
    assert balance.owed == sums.get("patient-receivable", 0)
    assert balance.credit == -sums.get("patient-credit", 0) and balance.credit >= 0
    assert balance.net == (history[-1].balance if history else 0)

    paid = sum(Payment.objects.filter(patient=patient).values_list("amount", flat=True), Decimal(0))
    assert paid == sum(sums.get(account, 0) for account in ("cash", "card", "bank"))

    invoices = list(Invoice.objects.filter(patient=patient))
    assert -sums.get("revenue", 0) == sum((row.total_amount for row in invoices), Decimal(0))
    amounts = open_amounts([row.id for row in invoices], actor=actor)
    for row in invoices:
        still = amounts[row.id]
        assert still.patient >= 0 and still.payer >= 0 and still.total <= max(row.total_amount, 0)
        assert (row.status == "issued") == (still.total > 0)
    assert numbers() == list(range(1, len(numbers()) + 1))
    assert numbers("CRN") == list(range(1, len(numbers("CRN")) + 1))


@pytest.mark.parametrize("has_insurance", [False, True])
@settings(
    max_examples=30 if FULL else 8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(deeds=st.lists(DEEDS, min_size=3, max_size=14))
def test_the_books_are_right_after_any_deeds(act, bill, organization, prices, insured, has_insurance, deeds):
    patient = new_patient(organization)
    with act(bill):
        if has_insurance:
            insured.pk, insured.patient, insured._state.adding = uuid7(), patient, True
            insured.member_id = "W1"
            insured.save()
        office = Office(bill, patient, insured.payer)
        for deed in deeds:
            office.do(deed)
            is_right(office)
