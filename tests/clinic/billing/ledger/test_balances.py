from datetime import timedelta
from decimal import Decimal

import pytest

from osler.clinic.billing.errors import Unbalanced
from osler.clinic.billing.invoices.issuing import issue_invoice
from osler.clinic.billing.ledger.balances import (
    AccountBalance,
    account_history,
    open_balance,
    open_balances,
    trial_balance,
)
from osler.clinic.billing.ledger.posting import Account, credit, debit, post
from osler.clinic.billing.models import JournalEntry, Posting
from osler.clinic.billing.payments.taking import Tender, take_payment
from osler.kernel import clock
from osler.kernel.errors import Denied
from tests.conftest import new_patient


def test_an_entry_must_balance_and_have_two_sides(act, bill, dana_patient):
    with act(bill):
        for parts in (
            [debit(Account.CASH, Decimal("5.00")), credit(Account.BANK, Decimal("5.01"))],
            [debit(Account.CASH, Decimal("0.00")), credit(Account.BANK, Decimal("0.00"))],
            [],
        ):
            with pytest.raises(Unbalanced):
                post("transfer", parts, patient_id=dana_patient.id)
        assert JournalEntry.objects.count() == 0


def test_parts_of_nothing_are_left_out(act, bill, dana_patient):
    with act(bill):
        post(
            "transfer",
            [
                debit(Account.CASH, Decimal("5.00")),
                credit(Account.BANK, Decimal("5.00")),
                credit(Account.CARD, Decimal("0.00")),
            ],
            patient_id=dana_patient.id,
        )
        assert Posting.objects.count() == 2


@pytest.fixture
def money(act, bill, insured, charged, visit):
    """A copay ahead, a shared invoice, a payment of the payer."""
    patient = visit.patient
    with act(bill):
        take_payment(patient, tender=Tender(Decimal("10.00"), memo="Copay"), actor=bill)
        charge = charged(encounter=visit, origin=f"encounter:{visit.id}")
        invoice = issue_invoice([charge], actor=bill)
        take_payment(
            patient, tender=Tender(Decimal("80.00")), invoice=invoice, payer=insured.payer, actor=bill
        )
    return patient


def test_a_patients_balance(act, bill, money, organization):
    stranger = new_patient(organization, given="Eva")

    with act(bill):
        balance = open_balance(money, actor=bill)
        assert balance == AccountBalance(
            owed=Decimal("20.00"), credit=Decimal("0.00"), payers_owe=Decimal("8.00")
        )
        assert open_balances([money.id, stranger.id], actor=bill) == {money.id: balance}
        assert open_balance(stranger, actor=bill).net == 0


def test_a_patients_account_runs_on(act, bill, money):
    with act(bill):
        lines = account_history(money, actor=bill)

    assert [(line.entry.kind, line.amount, line.payer_amount, line.balance) for line in lines] == [
        ("payment", Decimal("-10.00"), Decimal("0.00"), Decimal("-10.00")),
        ("invoice", Decimal("30.00"), Decimal("88.00"), Decimal("20.00")),
        ("transfer", Decimal("0.00"), Decimal("0.00"), Decimal("20.00")),
        ("payment", Decimal("0.00"), Decimal("-80.00"), Decimal("20.00")),
    ]


@pytest.mark.parametrize("who", ["bob", "dana"])
def test_reception_and_the_patient_see_the_balance(act, money, who, request):
    actor = request.getfixturevalue(who)

    with act(actor):
        assert open_balance(money, actor=actor).owed == Decimal("20.00")


@pytest.mark.parametrize("who", ["alice", "nina", "lena", "petra"])
def test_others_do_not(act, money, who, request):
    actor = request.getfixturevalue(who)

    with act(actor), pytest.raises(Denied):
        open_balance(money, actor=actor)


def test_the_trial_balance_is_zero(act, bill, bob, organization, money):
    with act(bill):
        sums = trial_balance(organization.id, actor=bill)
    with act(bob), pytest.raises(Denied):
        trial_balance(organization.id, actor=bob)

    assert sums == {
        "patient-receivable": Decimal("20.00"),
        "payer-receivable": Decimal("8.00"),
        "patient-credit": Decimal("0.00"),
        "revenue": Decimal("-118.00"),
        "adjustment": Decimal("0.00"),
        "cash": Decimal("0.00"),
        "card": Decimal("90.00"),
        "bank": Decimal("0.00"),
    }
    assert sum(sums.values()) == 0


def test_the_trial_balance_of_a_day_knows_nothing_of_later_ones(act, bill, organization, money):
    with act(bill):
        first = JournalEntry.objects.order_by("posted_on").first().posted_on
        before = trial_balance(organization.id, until=first - timedelta(days=1), actor=bill)
        all_days = trial_balance(organization.id, until=clock.today(), actor=bill)

        assert set(before.values()) == {Decimal("0.00")}
        assert all_days == trial_balance(organization.id, actor=bill)
