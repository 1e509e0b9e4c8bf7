"""FeeSchedule, FeeItem, ChargeItem."""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.models import Payer
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Encounter
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.directory.models import Practitioner
from osler.kernel.states import Transitions


class FeeSchedule(Row):
    """A price list; without a payer it is the clinic's own."""

    name = models.CharField(max_length=200)
    payer = models.ForeignKey(Payer, models.PROTECT, null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "payer"],
                name="feeschedule_one_a_payer",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.name


class FeeItem(Row):
    """The price of one service for a range of days; two prices never overlap."""

    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, related_name="items")
    code = models.CharField(max_length=20)
    description = models.CharField(max_length=300)
    amount = models.DecimalField(max_digits=12, decimal_places=2)
    period = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="feeitem_one_price_at_a_time",
                expressions=[
                    ("schedule", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="feeitem_amount_not_negative"),
        ]

    @property
    def last_day(self) -> date | None:
        """The last day on which the price holds; None if it goes on."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None


class ChargeItem(ResourceRow):
    """A service that was given and is to be paid (FHIR R4 ChargeItem).

    `origin` names the fact that made it ("encounter:<id>", "order:<id>", "missed:<appointment id>"):
    a fact makes its charge once. Without a price (`unit_amount` null) it is `planned`: it waits for
    somebody to look, and is never a silent zero.
    """

    class Status(models.TextChoices):
        PLANNED = "planned", _("Price missing")
        BILLABLE = "billable", _("To invoice")
        NOT_BILLABLE = "not-billable", _("Not billable")
        ABORTED = "aborted", _("Aborted")
        BILLED = "billed", _("Invoiced")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    TRANSITIONS: ClassVar[Transitions] = {
        "planned": frozenset({"billable", "not-billable", "entered-in-error"}),
        "billable": frozenset({"planned", "billed", "not-billable", "entered-in-error"}),
        "not-billable": frozenset({"planned", "billable", "entered-in-error"}),
        "billed": frozenset({"billable"}),
        "aborted": frozenset(),
        "entered-in-error": frozenset(),
        "unknown": frozenset(),
    }

    MISSED = "missed:"
    """What the origin of a fee for a missed visit begins with: no payer pays it."""

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="charges")
    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="charges")
    performer = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    status = models.CharField(max_length=20, choices=Status, default=Status.BILLABLE)
    origin = models.CharField(max_length=80)
    code = models.CharField(max_length=20)
    description = models.CharField(max_length=300)
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    status_reason = models.CharField(max_length=300, blank=True, default="")
    amount = models.GeneratedField(
        expression=models.F("quantity") * models.F("unit_amount"),
        output_field=models.DecimalField(max_digits=12, decimal_places=2),
        db_persist=True,
    )
    occurred_on = models.DateField()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "occurred_on"],
                condition=Q(status="billable"),
                name="chargeitem_to_invoice",
            ),
            models.Index(
                fields=["organization_id", "occurred_on"],
                condition=Q(status="planned"),
                name="chargeitem_without_price",
            ),
            models.Index(
                fields=["organization_id", "patient", "-occurred_on"],
                name="chargeitem_of_patient",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "origin", "code"],
                condition=~Q(status="entered-in-error"),
                name="chargeitem_once_a_fact",
            ),
            models.CheckConstraint(condition=Q(unit_amount__gte=0), name="chargeitem_amount_not_negative"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="chargeitem_quantity_positive"),
            models.CheckConstraint(
                condition=~Q(status__in=["billable", "billed"]) | Q(unit_amount__isnull=False),
                name="chargeitem_billable_has_price",
            ),
        ]

    @property
    def is_patients_own(self) -> bool:
        """Whether no insurance pays it, whatever it covers."""
        return self.origin.startswith(self.MISSED)
