"""JournalEntry and Posting: double entry, append-only, balanced by the database (A49)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import Row


class JournalEntry(Row):
    """One event in money; its postings sum to zero, checked by the database at commit."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("Invoice")
        CREDIT_NOTE = "credit-note", _("Credit note")
        PAYMENT = "payment", _("Payment")
        REFUND = "refund", _("Refund")
        WRITE_OFF = "write-off", _("Write-off")
        TRANSFER = "transfer", _("Transfer")

    kind = models.CharField(max_length=20, choices=Kind)
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    posted_on = models.DateField()
    memo = models.CharField(max_length=300, blank=True, default="")


class Posting(Row):
    """An amount on an account: positive is debit, negative is credit.

    What is owed is owed on an invoice: `invoice_id` names it, without a key, for invoices know
    the ledger and not the other way round. Postings of one invoice never fall below zero.
    """

    class Account(models.TextChoices):
        PATIENT_RECEIVABLE = "patient-receivable", _("Owed by patients")
        PAYER_RECEIVABLE = "payer-receivable", _("Owed by payers")
        PATIENT_CREDIT = "patient-credit", _("Paid in advance")
        REVENUE = "revenue", _("Revenue")
        ADJUSTMENT = "adjustment", _("Adjustments")
        CASH = "cash", _("Cash")
        CARD = "card", _("Cards")
        BANK = "bank", _("Bank")

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="postings")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="postings")
    account = models.CharField(max_length=20, choices=Account)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    invoice_id = models.UUIDField(null=True, blank=True)

    RECEIVABLE: ClassVar[frozenset[str]] = frozenset({"patient-receivable", "payer-receivable"})

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["invoice_id", "account"],
                condition=Q(invoice_id__isnull=False),
                name="posting_of_invoice",
            ),
            models.Index(
                fields=["organization_id", "account", "patient"],
                name="posting_by_account",
            ),
            models.Index(
                fields=["organization_id", "patient", "account"],
                name="posting_of_patient",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(amount=0), name="posting_amount_not_zero"),
            models.CheckConstraint(
                condition=~Q(account__in=["patient-receivable", "payer-receivable"])
                | Q(invoice_id__isnull=False),
                name="posting_receivable_names_invoice",
            ),
        ]
