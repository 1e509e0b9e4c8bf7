"""Issuing: charges become a numbered, frozen invoice, in the books with the same stroke."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db import connection, transaction

from osler.clinic.billing.charges.pricing import primary_coverage
from osler.clinic.billing.errors import (
    NothingToInvoice,
    NotToInvoice,
    NotYet,
    PriceMissing,
    SeveralPatients,
    VisitInError,
)
from osler.clinic.billing.events import InvoiceIssued
from osler.clinic.billing.invoices.parties import parties_today
from osler.clinic.billing.invoices.settling import apply_credit
from osler.clinic.billing.invoices.splitting import split_shares
from osler.clinic.billing.ledger.posting import Account, credit, debit, lock_money, post
from osler.clinic.billing.models import ChargeItem, Invoice, InvoiceLine, JournalEntry
from osler.clinic.insurance.models import Coverage
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.money import ZERO
from osler.kernel.states import move

TERM = timedelta(days=30)


@transaction.atomic
def issue_invoice(
    charges: Sequence[ChargeItem],
    *,
    actor: Actor,
    is_self_pay: bool = False,
    note: str = "",
    on: date | None = None,
) -> Invoice:
    """Invoice charges of one patient: next number, frozen lines, entry, what was paid ahead.

    The insurance of the day of the first charge owes what the copay leaves, unless `is_self_pay`.
    `on` is the day of books that are brought over, never one to come. Locks: the patient's money,
    then the charges, last the number.
    """
    decide(actor, "issue", Invoice)
    if on is not None and on > clock.today():
        raise NotYet
    patient_ids = {charge.patient_id for charge in charges}
    if not charges:
        raise NothingToInvoice
    if len(patient_ids) > 1:
        raise SeveralPatients
    lock_money(patient_ids)
    rows = _waiting([charge.id for charge in charges], actor=actor)
    first = rows[0]
    coverage = None if is_self_pay else primary_coverage(first.patient, on=first.occurred_on, actor=actor)
    invoice = _draft(rows, coverage=coverage, note=note)
    entry = _enter(invoice, rows, on=on)
    number_invoice(invoice, entry)
    for charge in rows:
        move(charge, ChargeItem.Status.BILLED, transitions=ChargeItem.TRANSITIONS)
        charge.save()
    apply_credit(invoice, actor=actor)
    announce(InvoiceIssued(invoice.id, invoice.patient_id))
    return invoice


def _waiting(charge_ids: Sequence[UUID], *, actor: Actor) -> list[ChargeItem]:
    """The charges, locked; all of them still wait to be invoiced."""
    rows = list(
        scoped(ChargeItem, actor, "invoice")
        .filter(id__in=charge_ids)
        .select_for_update(of=("self",))
        .select_related("encounter", "patient")
        .order_by("occurred_on", "id")
    )
    statuses = {row.status for row in rows}
    if ChargeItem.Status.PLANNED in statuses:
        raise PriceMissing
    if len(rows) != len(set(charge_ids)) or statuses != {ChargeItem.Status.BILLABLE}:
        raise NotToInvoice
    if any(row.encounter and row.encounter.status == "entered-in-error" for row in rows):
        raise VisitInError
    return rows


def _draft(rows: Sequence[ChargeItem], *, coverage: Coverage | None, note: str) -> Invoice:
    total = sum((row.amount for row in rows), ZERO)
    if total <= ZERO:
        raise NothingToInvoice
    invoice = Invoice(patient=rows[0].patient, coverage=coverage, total_amount=total, note=note)
    invoice.save(force_insert=True)
    with refusals():
        InvoiceLine.objects.bulk_create(
            InvoiceLine(
                invoice=invoice,
                patient_id=row.patient_id,
                charge=row,
                position=position,
                code=row.code,
                description=row.description,
                occurred_on=row.occurred_on,
                quantity=row.quantity,
                amount=row.amount,
            )
            for position, row in enumerate(rows, 1)
        )
    return invoice


def _enter(invoice: Invoice, rows: Sequence[ChargeItem], *, on: date | None) -> JournalEntry:
    shares = split_shares(rows, invoice.coverage)
    return post(
        JournalEntry.Kind.INVOICE,
        [
            debit(Account.PATIENT_RECEIVABLE, shares.patient, invoice_id=invoice.id),
            debit(Account.PAYER_RECEIVABLE, shares.payer, invoice_id=invoice.id),
            credit(Account.REVENUE, invoice.total_amount, invoice_id=invoice.id),
        ],
        patient_id=invoice.patient_id,
        on=on,
    )


def number_invoice(invoice: Invoice, entry: JournalEntry) -> None:
    """The next number of the series, and the parties in writing, from here on for ever.

    Whoever issues at the same time waits for the commit.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT billing_next_number(%s)", [invoice.series])
        (invoice.number,) = cursor.fetchone()
    invoice.issued_on = entry.posted_on
    invoice.due_on = invoice.issued_on + TERM
    invoice.entry = entry
    invoice.printed = parties_today(invoice)
    move(invoice, Invoice.Status.ISSUED, transitions=Invoice.TRANSITIONS)
    with refusals():
        invoice.save()
