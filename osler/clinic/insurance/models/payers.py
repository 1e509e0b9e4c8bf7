"""Who insures, and by which plans: Payer, InsurancePlan."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import Row


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


class InsurancePlan(Row):
    """A product of an insurer (FHIR R4 InsurancePlan): what its members pay here, and what they need.

    `kind` is the claim filing indicator that a claim of the plan bears (X12 SBR09, codes alone). The
    numbers are the plan's own where its claims or questions go elsewhere than the insurer's.
    """

    class Kind(models.TextChoices):
        HMO = "HM", _("HMO")
        PPO = "12", _("PPO")
        POS = "13", _("Point of service")
        EPO = "14", _("EPO")
        COMMERCIAL = "CI", _("Other commercial")
        MEDICARE = "MB", _("Medicare Part B")
        MEDICARE_ADVANTAGE = "16", _("Medicare Advantage")
        MEDICAID = "MC", _("Medicaid")
        MILITARY = "CH", _("Military (TRICARE)")
        VETERANS = "VA", _("Veterans")
        WORK = "WC", _("Workers' compensation")
        SELF_PAY = "09", _("Self-pay")
        OTHER = "ZZ", _("Other")

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="plans")
    name = models.CharField(_("Name"), max_length=200)
    kind = models.CharField(_("Kind"), max_length=2, choices=Kind, default=Kind.OTHER)
    office_copay_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    specialist_copay_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    laboratory_copay_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    needs_referral = models.BooleanField(default=False)
    needs_authorization = models.BooleanField(default=False)
    phone = models.CharField(_("Phone"), max_length=40, blank=True, default="")
    claims_number = models.CharField(max_length=40, blank=True, default="")
    eligibility_number = models.CharField(max_length=40, blank=True, default="")
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "payer", "name"], name="insuranceplan_name_unique"
            ),
            # What a coverage's pair of plan and insurer refers to: see coverage_plan_of_its_payer.
            models.UniqueConstraint(fields=["id", "payer"], name="insuranceplan_of_payer"),
            models.CheckConstraint(
                condition=(Q(office_copay_amount=None) | Q(office_copay_amount__gte=0))
                & (Q(specialist_copay_amount=None) | Q(specialist_copay_amount__gte=0))
                & (Q(laboratory_copay_amount=None) | Q(laboratory_copay_amount__gte=0)),
                name="insuranceplan_copays_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def asked_as(self) -> str:
        """The number by which the clearinghouse knows where to ask."""
        return self.eligibility_number or self.payer.payer_number
