"""Taking money and giving it back."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from osler.clinic.billing.errors import (
    AlreadyRefunded,
    CreditUsed,
    NotOpen,
    Overpaid,
    ReasonMissing,
    TooMuchBack,
)
from osler.clinic.billing.events import PaymentTaken
from osler.clinic.billing.invoices.settling import open_on, settle
from osler.clinic.billing.ledger.balances import open_balance
from osler.clinic.billing.ledger.posting import (
    Account,
    Part,
    credit,
    debit,
    lock_money,
    post,
    whole_cents,
)
from osler.clinic.billing.models import Invoice, JournalEntry, Payment
from osler.clinic.insurance.models import Payer
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals

KEPT_IN = {
    Payment.Method.CASH: Account.CASH,
    Payment.Method.CARD: Account.CARD,
    Payment.Method.PORTAL: Account.CARD,
    Payment.Method.CHECK: Account.BANK,
    Payment.Method.TRANSFER: Account.BANK,
}


@dataclass(frozen=True)
class Tender:
    """Money on the counter: how much, in which form, and what is noted with it."""

    amount: Decimal
    method: str = Payment.Method.CARD
    reference: str = ""
    memo: str = ""


@transaction.atomic
def take_payment(
    patient: Patient,
    *,
    tender: Tender,
    actor: Actor,
    invoice: Invoice | None = None,
    payer: Payer | None = None,
) -> Payment:
    """Money for an invoice, at most what is open on it (Overpaid); or, without one, ahead.

    What is paid ahead, such as a copay at the desk, is the patient's credit and is applied when
    the next invoice is issued. With `payer` the insurer pays its own part.
    """
    decide(actor, "take" if payer is None else "take-from-payer", Payment)
    amount = whole_cents(tender.amount)
    lock_money([patient.id])
    if invoice is not None:
        invoice = scoped(Invoice, actor).select_related("patient").get(id=invoice.id)
    target = _target(patient, amount, invoice=invoice, payer=payer, actor=actor)
    kept_in = debit(KEPT_IN[Payment.Method(tender.method)], amount)
    entry = post(JournalEntry.Kind.PAYMENT, [kept_in, target], patient_id=patient.id, memo=tender.memo)
    payment = Payment(
        patient=patient,
        invoice=invoice,
        payer=payer,
        method=tender.method,
        amount=amount,
        reference=tender.reference,
        memo=tender.memo,
        entry=entry,
    )
    _record(payment, actor=actor)
    if invoice is not None:
        settle(invoice, actor=actor)
    return payment


def _target(
    patient: Patient,
    amount: Decimal,
    *,
    invoice: Invoice | None,
    payer: Payer | None,
    actor: Actor,
) -> Part:
    """The account that the money goes against."""
    if invoice is None:
        if payer is not None:
            raise NotOpen
        return credit(Account.PATIENT_CREDIT, amount)
    if invoice.status != Invoice.Status.ISSUED or invoice.patient_id != patient.id:
        raise NotOpen
    still = open_on(invoice, actor=actor)
    account, most = Account.PATIENT_RECEIVABLE, still.patient
    if payer is not None:
        account, most = Account.PAYER_RECEIVABLE, still.payer
    if amount > most:
        raise Overpaid
    return credit(account, amount, invoice_id=invoice.id)


@transaction.atomic
def refund_payment(payment: Payment, *, reason: str, actor: Actor, amount: Decimal | None = None) -> Payment:
    """Give a payment back, once, wholly or in part, the way it came; it is owed again.

    What was paid ahead can be given back as far as it has not been applied (CreditUsed).
    """
    decide(actor, "refund", payment)
    if not reason.strip():
        raise ReasonMissing
    lock_money([payment.patient_id])
    if payment.refunds_id or scoped(Payment, actor).filter(refunds=payment).exists():
        raise AlreadyRefunded
    back = payment.amount if amount is None else whole_cents(amount)
    if back > payment.amount:
        raise TooMuchBack
    invoice = payment.invoice
    entry = post(
        JournalEntry.Kind.REFUND,
        [
            _source(payment, back, actor=actor),
            credit(KEPT_IN[Payment.Method(payment.method)], back),
        ],
        patient_id=payment.patient_id,
        memo=reason.strip(),
    )
    refund = Payment(
        patient_id=payment.patient_id,
        invoice=invoice,
        refunds=payment,
        payer_id=payment.payer_id,
        method=payment.method,
        amount=-back,
        memo=reason.strip()[:200],
        entry=entry,
    )
    _record(refund, actor=actor)
    if invoice is not None:
        settle(invoice, actor=actor)
    return refund


def _source(payment: Payment, amount: Decimal, *, actor: Actor) -> Part:
    """The account that a refund comes out of: the invoice, or (credited, or ahead) the credit."""
    invoice = payment.invoice
    if invoice is not None and invoice.status != Invoice.Status.CANCELLED:
        account = Account.PATIENT_RECEIVABLE
        if payment.payer_id is not None:
            account = Account.PAYER_RECEIVABLE
        return debit(account, amount, invoice_id=invoice.id)
    if open_balance(payment.patient, actor=actor).credit < amount:
        raise CreditUsed
    return debit(Account.PATIENT_CREDIT, amount)


def _record(payment: Payment, *, actor: Actor) -> None:
    payment.received_at = clock.now()
    payment.received_by_id = actor.user_id
    with refusals():
        payment.save(force_insert=True)
    announce(PaymentTaken(payment.id, payment.patient_id))
