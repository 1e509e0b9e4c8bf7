"""A patient's insurance through time: Coverage."""

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.models.payers import InsurancePlan, Payer
from osler.clinic.patients.models import Patient, RelatedPerson
from osler.foundation.audit.rows import ResourceRow
from osler.foundation.vault.sealing import SealedText


class Coverage(ResourceRow):
    """A patient's insurance for a range of days (FHIR R4 Coverage).

    `priority` 1 is primary; two active coverages of one priority never overlap. The member id
    is stored sealed and read through `member_id`. Whose contract it is, if not the patient's own, is
    another patient here, somebody close to this one, or a name; `subscriber_name` always has the name,
    for doors that may not read the other's chart. A subscriber's chart that was merged into another is
    read through: the contract is the survivor's then. The plan is a row where the clinic keeps it, and
    words where it was imported.
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
    plan = models.ForeignKey(InsurancePlan, models.PROTECT, null=True, blank=True, related_name="coverages")
    plan_name = models.CharField(_("Plan"), max_length=200, blank=True, default="")
    group_number = models.CharField(_("Group number"), max_length=60, blank=True, default="")
    member_id_sealed = models.BinaryField(default=b"", editable=False)
    member_id = SealedText("member_id_sealed")
    subscriber_name = models.CharField(_("Subscriber"), max_length=200, blank=True, default="")
    subscriber_patient = models.ForeignKey(
        Patient, models.PROTECT, null=True, blank=True, related_name="dependents"
    )
    subscriber_person = models.ForeignKey(
        RelatedPerson, models.PROTECT, null=True, blank=True, related_name="+"
    )
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
            models.CheckConstraint(
                condition=Q(subscriber_patient=None) | Q(subscriber_person=None),
                name="coverage_one_subscriber",
            ),
            models.CheckConstraint(
                condition=~Q(relationship="self") | Q(subscriber_patient=None, subscriber_person=None),
                name="coverage_own_has_no_other_subscriber",
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

    @property
    def plan_words(self) -> str:
        """The plan as it is read."""
        return self.plan.name if self.plan else self.plan_name

    @property
    def visit_copay_amount(self) -> Decimal | None:
        """What the patient pays at an office visit: as the card says, or else as the plan does."""
        if self.copay_amount is not None or self.plan is None:
            return self.copay_amount
        return self.plan.office_copay_amount
