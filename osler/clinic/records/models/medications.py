"""MedicationRequest and MedicationStatement."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.foundation.directory.models import Practitioner
from osler.kernel.states import Transitions


class MedicationRequest(CodedRow):
    """A prescription (FHIR R4 MedicationRequest); its code is the drug (RxNorm)."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        ON_HOLD = "on-hold", _("On hold")
        STOPPED = "stopped", _("Stopped")
        COMPLETED = "completed", _("Completed")
        CANCELLED = "cancelled", _("Cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    TRANSITIONS: ClassVar[Transitions] = {
        "draft": frozenset({"active", "cancelled", "entered-in-error"}),
        "active": frozenset({"on-hold", "stopped", "completed", "cancelled", "entered-in-error"}),
        "on-hold": frozenset({"active", "stopped", "cancelled", "entered-in-error"}),
        "stopped": frozenset({"entered-in-error"}),
        "completed": frozenset({"entered-in-error"}),
        "cancelled": frozenset({"entered-in-error"}),
        "entered-in-error": frozenset(),
        "unknown": frozenset({"entered-in-error"}),
    }

    encounter = models.ForeignKey(
        Encounter, models.PROTECT, null=True, blank=True, related_name="prescriptions"
    )
    requester = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    intent = models.CharField(max_length=20, default="order")
    ingredient = models.CharField(max_length=200, blank=True, default="")
    sig = models.CharField(_("Directions"), max_length=500, blank=True, default="")
    route = models.CharField(max_length=60, blank=True, default="")
    quantity = models.DecimalField(max_digits=10, decimal_places=2, null=True, blank=True)
    quantity_unit = models.CharField(max_length=40, blank=True, default="")
    refills = models.PositiveSmallIntegerField(null=True, blank=True)
    authored_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    stop_reason = models.CharField(max_length=300, blank=True, default="")
    override_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "status"],
                name="prescription_of_patient",
            )
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(quantity__gt=0),
                name="medicationrequest_quantity_positive",
            )
        ]


class MedicationStatement(CodedRow):
    """A medication that the patient takes, as told (FHIR R4 MedicationStatement)."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Taking")
        COMPLETED = "completed", _("Completed")
        STOPPED = "stopped", _("Stopped")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        INTENDED = "intended", _("Intended")
        ON_HOLD = "on-hold", _("On hold")
        UNKNOWN = "unknown", _("Unknown")
        NOT_TAKEN = "not-taken", _("Not taken")

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="+")
    recorder = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ACTIVE)
    ingredient = models.CharField(max_length=200, blank=True, default="")
    sig = models.CharField(_("Directions"), max_length=500, blank=True, default="")
    recorded_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "status"],
                name="statement_of_patient",
            )
        ]
