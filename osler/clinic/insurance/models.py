"""Payer and Coverage."""

from datetime import date, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import ResourceRow, Row
from osler.foundation.vault.sealing import SealedText


class Payer(Row):
    """An insurer. `payer_number` is its id at the clearinghouse (X12 NM109, loop 2010BB)."""

    name = models.CharField(max_length=200)
    payer_number = models.CharField(max_length=40, blank=True, default="")
    phone = models.CharField(max_length=40, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["organization_id", "name"], name="payer_name_unique")
        ]

    def __str__(self) -> str:
        return self.name


class Coverage(ResourceRow):
    """A patient's insurance for a range of days (FHIR R4 Coverage).

    `priority` 1 is primary; two active coverages of one priority never overlap. The member id
    is stored sealed and read through `member_id`.
    """

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        CANCELLED = "cancelled", _("Ended")
        DRAFT = "draft", _("Draft")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")

    class Relationship(models.TextChoices):
        SELF = "self", _("Self")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        OTHER = "other", _("Other")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="coverages")
    payer = models.ForeignKey(Payer, models.PROTECT, related_name="coverages")
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    priority = models.PositiveSmallIntegerField(default=1)
    plan_name = models.CharField(_("Plan"), max_length=200, blank=True, default="")
    group_number = models.CharField(_("Group number"), max_length=60, blank=True, default="")
    member_id_sealed = models.BinaryField(default=b"", editable=False)
    member_id = SealedText("member_id_sealed")
    subscriber_name = models.CharField(_("Subscriber"), max_length=200, blank=True, default="")
    relationship = models.CharField(max_length=8, choices=Relationship, default=Relationship.SELF)
    copay_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    period = DateRangeField()

    class Meta:
        constraints: ClassVar = [
            ExclusionConstraint(
                name="coverage_one_of_a_priority_at_a_time",
                expressions=[
                    ("patient", RangeOperators.EQUAL),
                    ("priority", RangeOperators.EQUAL),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status="active"),
            ),
            models.CheckConstraint(condition=Q(period__isempty=False), name="coverage_period_not_empty"),
            models.CheckConstraint(
                condition=Q(priority__gte=1, priority__lte=3),
                name="coverage_priority_one_to_three",
            ),
        ]

    @property
    def first_day(self) -> date | None:
        """The first day that is covered, if it is known."""
        first: date | None = self.period.lower
        return first

    @property
    def last_day(self) -> date | None:
        """The last day that is covered, or None while it goes on."""
        return self.period.upper - timedelta(days=1) if self.period.upper else None
