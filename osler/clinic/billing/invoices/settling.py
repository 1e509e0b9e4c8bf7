"""What an invoice's state follows from: the money open on it, and credit that can be applied."""

from osler.clinic.billing.ledger.balances import OpenAmounts, open_amounts, open_balance
from osler.clinic.billing.ledger.posting import Account, credit, debit, post
from osler.clinic.billing.models import Invoice, JournalEntry
from osler.foundation.access.actors import Actor
from osler.kernel.money import ZERO
from osler.kernel.states import move

Status = Invoice.Status


def open_on(invoice: Invoice, *, actor: Actor) -> OpenAmounts:
    """What is open on one invoice."""
    return open_amounts([invoice.id], actor=actor)[invoice.id]


def settle(invoice: Invoice, *, actor: Actor) -> None:
    """Paid when nothing is open on it, issued again when something is; credited stays so."""
    if invoice.status not in {Status.ISSUED, Status.BALANCED}:
        return
    is_open = open_on(invoice, actor=actor).total != ZERO
    to = Status.ISSUED if is_open else Status.BALANCED
    if invoice.status != to:
        move(invoice, to, transitions=Invoice.TRANSITIONS)
        invoice.save()


def apply_credit(invoice: Invoice, *, actor: Actor) -> JournalEntry | None:
    """Use what the patient paid ahead for the patient's part of an invoice; None if there is
    neither. The caller holds the patient's money lock."""
    available = open_balance(invoice.patient, actor=actor).credit
    amount = min(available, open_on(invoice, actor=actor).patient)
    if amount <= ZERO:
        return None
    entry = post(
        JournalEntry.Kind.TRANSFER,
        [
            debit(Account.PATIENT_CREDIT, amount),
            credit(Account.PATIENT_RECEIVABLE, amount, invoice_id=invoice.id),
        ],
        patient_id=invoice.patient_id,
        memo=invoice.label,
    )
    settle(invoice, actor=actor)
    return entry
