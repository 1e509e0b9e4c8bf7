"""The ways back from an issued invoice: credit note, write-off, transfer to the patient."""

from decimal import Decimal

from django.db import transaction

from osler.clinic.billing.errors import (
    AlreadyCredited,
    NotOpen,
    Overpaid,
    PayerHasPaid,
    ReasonMissing,
)
from osler.clinic.billing.events import InvoiceCredited
from osler.clinic.billing.invoices.issuing import number_invoice
from osler.clinic.billing.invoices.settling import apply_credit, open_on, settle
from osler.clinic.billing.ledger.posting import (
    Account,
    Part,
    credit,
    debit,
    lock_money,
    post,
    whole_cents,
)
from osler.clinic.billing.models import (
    ChargeItem,
    Invoice,
    InvoiceLine,
    JournalEntry,
    Payment,
    Posting,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel.money import ZERO
from osler.kernel.states import move

Status = Invoice.Status


def _held(invoice: Invoice, *, reason: str, actor: Actor, action: str) -> Invoice:
    """The invoice under lock, for a correction with a reason."""
    decide(actor, action, invoice)
    if not reason.strip():
        raise ReasonMissing
    lock_money([invoice.patient_id])
    return scoped(Invoice, actor).select_related("patient").get(id=invoice.id)


@transaction.atomic
def write_off(
    invoice: Invoice,
    *,
    reason: str,
    actor: Actor,
    amount: Decimal | None = None,
    of_payer: bool = False,
) -> JournalEntry:
    """Give up an amount that the patient (or the payer) owes; without an amount, all of it."""
    invoice = _held(invoice, reason=reason, actor=actor, action="adjust")
    amount, account = _open_part(invoice, amount, of_payer=of_payer, actor=actor)
    entry = post(
        JournalEntry.Kind.WRITE_OFF,
        [
            debit(Account.ADJUSTMENT, amount, invoice_id=invoice.id),
            credit(account, amount, invoice_id=invoice.id),
        ],
        patient_id=invoice.patient_id,
        memo=reason.strip(),
    )
    settle(invoice, actor=actor)
    return entry


@transaction.atomic
def transfer_to_patient(
    invoice: Invoice, *, reason: str, actor: Actor, amount: Decimal | None = None
) -> JournalEntry:
    """What the payer does not pay, the patient owes (deductible, not covered)."""
    invoice = _held(invoice, reason=reason, actor=actor, action="adjust")
    amount, account = _open_part(invoice, amount, of_payer=True, actor=actor)
    entry = post(
        JournalEntry.Kind.TRANSFER,
        [
            debit(Account.PATIENT_RECEIVABLE, amount, invoice_id=invoice.id),
            credit(account, amount, invoice_id=invoice.id),
        ],
        patient_id=invoice.patient_id,
        memo=reason.strip(),
    )
    apply_credit(invoice, actor=actor)
    return entry


def _open_part(
    invoice: Invoice, amount: Decimal | None, *, of_payer: bool, actor: Actor
) -> tuple[Decimal, str]:
    if invoice.status != Status.ISSUED:
        raise NotOpen
    still = open_on(invoice, actor=actor)
    most = still.payer if of_payer else still.patient
    if most == ZERO:
        raise NotOpen
    wanted = most if amount is None else whole_cents(amount)
    if wanted > most:
        raise Overpaid
    account = Account.PAYER_RECEIVABLE if of_payer else Account.PATIENT_RECEIVABLE
    return wanted, account


@transaction.atomic
def credit_invoice(invoice: Invoice, *, reason: str, actor: Actor) -> Invoice:
    """Take an invoice back by a credit note with a number of its own.

    What is open on it is open no more, what the patient paid is credit, what was written off
    comes back out of the adjustments; its charges wait to be invoiced again. Refused while the
    payer's money is on it (PayerHasPaid).
    """
    invoice = _held(invoice, reason=reason, actor=actor, action="credit")
    if invoice.credits_id is not None or invoice.status not in {Status.ISSUED, Status.BALANCED}:
        raise AlreadyCredited
    if paid_by_payer(invoice, actor=actor) != ZERO:
        raise PayerHasPaid
    note = _credit_note(invoice, reason=reason.strip())
    entry = post(
        JournalEntry.Kind.CREDIT_NOTE,
        [
            debit(Account.REVENUE, invoice.total_amount, invoice_id=invoice.id),
            *_taken_back(invoice, actor=actor),
        ],
        patient_id=invoice.patient_id,
        memo=reason.strip(),
    )
    number_invoice(note, entry)
    move(note, Status.BALANCED, transitions=Invoice.TRANSITIONS)
    note.save()
    move(invoice, Status.CANCELLED, transitions=Invoice.TRANSITIONS)
    invoice.save()
    for charge in scoped(ChargeItem, actor).filter(lines__invoice=invoice).select_for_update():
        move(charge, ChargeItem.Status.BILLABLE, transitions=ChargeItem.TRANSITIONS)
        charge.save()
    announce(InvoiceCredited(invoice.id, invoice.patient_id))
    return note


def _credit_note(invoice: Invoice, *, reason: str) -> Invoice:
    note = Invoice(
        patient=invoice.patient,
        coverage_id=invoice.coverage_id,
        series="CRN",
        credits=invoice,
        total_amount=-invoice.total_amount,
        note=reason[:500],
    )
    note.save(force_insert=True)
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=note,
            patient_id=line.patient_id,
            position=line.position,
            code=line.code,
            description=line.description,
            occurred_on=line.occurred_on,
            quantity=line.quantity,
            amount=-line.amount,
        )
        for line in invoice.lines.order_by("position")
    )
    return note


def _taken_back(invoice: Invoice, *, actor: Actor) -> list[Part]:
    """The other sides of a credit note: open amounts, write-offs, and the rest as credit."""
    still = open_on(invoice, actor=actor)
    written_off = sum(
        scoped(Posting, actor)
        .filter(invoice_id=invoice.id, account=Account.ADJUSTMENT)
        .values_list("amount", flat=True),
        ZERO,
    )
    paid = invoice.total_amount - still.total - written_off
    return [
        credit(Account.PATIENT_RECEIVABLE, still.patient, invoice_id=invoice.id),
        credit(Account.PAYER_RECEIVABLE, still.payer, invoice_id=invoice.id),
        credit(Account.ADJUSTMENT, written_off, invoice_id=invoice.id),
        credit(Account.PATIENT_CREDIT, paid),
    ]


def paid_by_payer(invoice: Invoice, *, actor: Actor) -> Decimal:
    """What payers have paid on an invoice and not had back."""
    amounts = (
        scoped(Payment, actor).filter(invoice=invoice, payer__isnull=False).values_list("amount", flat=True)
    )
    return sum(amounts, ZERO)
