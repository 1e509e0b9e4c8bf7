"""What the books say: a patient's balance and account, what is open, and the trial balance."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Sum

from osler.clinic.billing.models import JournalEntry, Posting
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel.money import ZERO

Account = Posting.Account
# Amounts that are the patient's business: what is owed, less what was paid ahead.
OF_PATIENT = (Account.PATIENT_RECEIVABLE, Account.PATIENT_CREDIT)


@dataclass(frozen=True)
class AccountBalance:
    """How a patient stands: owed on invoices, paid ahead, and waiting for the payers."""

    owed: Decimal = ZERO
    credit: Decimal = ZERO
    payers_owe: Decimal = ZERO

    @property
    def net(self) -> Decimal:
        """What the patient has to pay; below zero, what the clinic owes."""
        return self.owed - self.credit


@dataclass(frozen=True)
class OpenAmounts:
    """What is open on one invoice."""

    patient: Decimal = ZERO
    payer: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.patient + self.payer


@dataclass(frozen=True)
class AccountLine:
    """A line of a patient's account with the balance after it."""

    entry: JournalEntry
    amount: Decimal
    payer_amount: Decimal
    balance: Decimal
    invoice_id: UUID | None = None


def open_balance(patient: Patient, *, actor: Actor) -> AccountBalance:
    """How a patient stands, from all postings."""
    return open_balances([patient.id], actor=actor).get(patient.id, AccountBalance())


def open_balances(patient_ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, AccountBalance]:
    """How several patients stand, in one statement."""
    sums: dict[UUID, dict[str, Decimal]] = {}
    rows = (
        scoped(Posting, actor)
        .filter(
            patient_id__in=list(patient_ids),
            account__in=[*OF_PATIENT, Account.PAYER_RECEIVABLE],
        )
        .values_list("patient_id", "account")
        .annotate(sum=Sum("amount"))
    )
    for patient_id, account, amount in rows:
        sums.setdefault(patient_id, {})[account] = amount
    return {
        patient_id: AccountBalance(
            owed=of.get(Account.PATIENT_RECEIVABLE, ZERO),
            credit=-of.get(Account.PATIENT_CREDIT, ZERO),
            payers_owe=of.get(Account.PAYER_RECEIVABLE, ZERO),
        )
        for patient_id, of in sums.items()
    }


def open_amounts(invoice_ids: Iterable[UUID], *, actor: Actor) -> dict[UUID, OpenAmounts]:
    """What is open on invoices, in one statement; all of the ids are answered."""
    wanted = list(invoice_ids)
    found: dict[UUID, dict[str, Decimal]] = {invoice_id: {} for invoice_id in wanted}
    rows = (
        scoped(Posting, actor)
        .filter(invoice_id__in=wanted, account__in=Posting.RECEIVABLE)
        .values_list("invoice_id", "account")
        .annotate(sum=Sum("amount"))
    )
    for invoice_id, account, amount in rows:
        found[invoice_id][account] = amount
    return {
        invoice_id: OpenAmounts(
            patient=of.get(Account.PATIENT_RECEIVABLE, ZERO),
            payer=of.get(Account.PAYER_RECEIVABLE, ZERO),
        )
        for invoice_id, of in found.items()
    }


def account_history(patient: Patient, *, actor: Actor) -> list[AccountLine]:
    """The patient's account, oldest first, with the running balance of what the patient owes."""
    own: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    payers: defaultdict[UUID, Decimal] = defaultdict(lambda: ZERO)
    invoices: dict[UUID, UUID] = {}
    rows = (
        scoped(Posting, actor)
        .filter(patient=patient, account__in=[*OF_PATIENT, Account.PAYER_RECEIVABLE])
        .values_list("entry_id", "account", "amount", "invoice_id")
    )
    for entry_id, account, amount, invoice_id in rows:
        (own if account in OF_PATIENT else payers)[entry_id] += amount
        if invoice_id is not None:
            invoices[entry_id] = invoice_id
    lines: list[AccountLine] = []
    balance = ZERO
    touched = own.keys() | payers.keys()
    for entry in scoped(JournalEntry, actor).filter(id__in=touched).order_by("created_at", "id"):
        balance += own[entry.id]
        lines.append(AccountLine(entry, own[entry.id], payers[entry.id], balance, invoices.get(entry.id)))
    return lines


def trial_balance(organization_id: UUID, *, actor: Actor, until: date | None = None) -> dict[str, Decimal]:
    """The sum of each account of the tenant up to a day (included), all accounts named; together
    they are zero."""
    decide(actor, "balance", JournalEntry)
    rows = Posting.objects.filter(organization_id=organization_id)
    if until is not None:
        rows = rows.filter(entry__posted_on__lte=until)
    sums = dict(rows.values_list("account").annotate(sum=Sum("amount")))
    return {account: sums.get(account, ZERO) for account in Posting.Account.values}
