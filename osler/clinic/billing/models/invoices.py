"""Invoice, InvoiceLine, Payment."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.billing.models.charges import ChargeItem
from osler.clinic.billing.models.ledger import JournalEntry
from osler.clinic.insurance.models import Coverage, Payer
from osler.clinic.patients.models import Patient
from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import ResourceRow, Row
from osler.kernel.states import Transitions


class Invoice(ResourceRow):
    """What is owed for services (FHIR R4 Invoice). Issued is frozen: a trigger lets nothing change
    but the steps of its status; the way back is a credit note, an invoice that `credits` this one.
    `printed` holds the parties as the paper names them (`invoices.parties`), whatever they are
    called later. Numbers run without gaps in each series of the tenant."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ISSUED = "issued", _("Issued")
        BALANCED = "balanced", _("Paid")
        CANCELLED = "cancelled", _("Credited")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    TRANSITIONS: ClassVar[Transitions] = {
        "draft": frozenset({"issued", "entered-in-error"}),
        "issued": frozenset({"balanced", "cancelled"}),
        "balanced": frozenset({"issued", "cancelled"}),
        "cancelled": frozenset(),
        "entered-in-error": frozenset(),
    }

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="invoices")
    coverage = models.ForeignKey(Coverage, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.DRAFT)
    series = models.CharField(max_length=8, default="INV")
    number = models.PositiveIntegerField(null=True, blank=True)
    credits = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="credit_note")
    issued_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    total_amount = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    note = models.CharField(max_length=500, blank=True, default="")
    printed = models.JSONField(null=True, editable=False)
    entry = models.OneToOneField(JournalEntry, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-issued_on"],
                name="invoice_of_patient",
            ),
            models.Index(fields=["organization_id", "status", "due_on"], name="invoice_by_status"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "series", "number"],
                name="invoice_number_unique",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "entered-in-error"])
                | Q(number__isnull=False, issued_on__isnull=False, entry__isnull=False),
                name="invoice_issued_has_number_and_entry",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["draft", "entered-in-error"]) | Q(printed__isnull=False),
                name="invoice_issued_names_parties",
            ),
        ]

    @property
    def label(self) -> str:
        """The number as printed: series and six digits."""
        return f"{self.series}-{self.number:06d}" if self.number else str(_("Draft"))


class InvoiceLine(Row):
    """One service on an invoice: words and amounts as they were when issued."""

    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    charge = models.ForeignKey(ChargeItem, models.PROTECT, null=True, blank=True, related_name="lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, blank=True, default="")
    description = models.CharField(max_length=300)
    occurred_on = models.DateField()
    quantity = models.PositiveSmallIntegerField(default=1)
    amount = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["invoice", "position"], name="invoiceline_position_unique")
        ]


class Payment(Row):
    """Money that came in for a patient: on an invoice, or ahead of one (a copay at the desk).

    `payer` says that the insurer paid. A refund is a payment below zero that `refunds` another.
    """

    class Method(models.TextChoices):
        CASH = "cash", _("Cash")
        CARD = "card", _("Card")
        CHECK = "check", _("Check")
        TRANSFER = "transfer", _("Bank transfer")
        PORTAL = "portal", _("Paid online")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="payments")
    invoice = models.ForeignKey(Invoice, models.PROTECT, null=True, blank=True, related_name="payments")
    refunds = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="refund")
    payer = models.ForeignKey(Payer, models.PROTECT, null=True, blank=True, related_name="+")
    method = models.CharField(max_length=10, choices=Method, default=Method.CARD)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    reference = models.CharField(max_length=60, blank=True, default="")
    memo = models.CharField(max_length=200, blank=True, default="")
    entry = models.OneToOneField(JournalEntry, models.PROTECT, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-received_at"],
                name="payment_of_patient",
            ),
            models.Index(fields=["organization_id", "-received_at"], name="payment_by_day"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(refunds=None, amount__gt=0) | Q(refunds__isnull=False, amount__lt=0),
                name="payment_sign_right",
            )
        ]
