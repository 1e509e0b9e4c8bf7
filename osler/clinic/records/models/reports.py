"""DiagnosticReport."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.records.models.encounters import Encounter
from osler.clinic.records.models.orders import ServiceRequest
from osler.foundation.directory.models import Practitioner
from osler.kernel.states import Transitions


class DiagnosticReport(CodedRow):
    """A result as a whole (FHIR R4 DiagnosticReport).

    `owner` must act on it; it stays in the inbox until `acknowledged_at`. The patient sees it
    from `released_at` on.
    """

    class Status(models.TextChoices):
        REGISTERED = "registered", _("Registered")
        PARTIAL = "partial", _("Partial")
        PRELIMINARY = "preliminary", _("Entered")
        FINAL = "final", _("Final")
        AMENDED = "amended", _("Amended")
        CORRECTED = "corrected", _("Corrected")
        APPENDED = "appended", _("Appended")
        CANCELLED = "cancelled", _("Cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    TRANSITIONS: ClassVar[Transitions] = {
        "registered": frozenset({"partial", "preliminary", "final", "cancelled"}),
        "partial": frozenset({"preliminary", "final", "cancelled"}),
        "preliminary": frozenset({"final", "cancelled", "entered-in-error"}),
        "final": frozenset({"amended", "corrected", "appended", "entered-in-error"}),
        "amended": frozenset({"amended", "corrected", "entered-in-error"}),
        "corrected": frozenset({"amended", "corrected", "entered-in-error"}),
        "appended": frozenset({"amended", "corrected", "entered-in-error"}),
        "cancelled": frozenset(),
        "entered-in-error": frozenset(),
        "unknown": frozenset(),
    }

    encounter = models.ForeignKey(Encounter, models.PROTECT, null=True, blank=True, related_name="reports")
    order = models.OneToOneField(ServiceRequest, models.PROTECT, null=True, blank=True, related_name="report")
    status = models.CharField(max_length=20, choices=Status, default=Status.PRELIMINARY)
    category = models.CharField(max_length=40, blank=True, default="")
    effective_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    entered_by = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    verified_by = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField(null=True, blank=True)
    is_abnormal = models.BooleanField(default=False)
    is_critical = models.BooleanField(default=False)
    conclusion = models.TextField(blank=True, default="")
    owner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True, related_name="+")
    acknowledgement = models.CharField(max_length=500, blank=True, default="")
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-effective_at"],
                name="report_of_patient",
            ),
            models.Index(
                fields=["organization_id", "owner", "issued_at"],
                condition=Q(acknowledged_at=None, owner__isnull=False),
                name="report_unread",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(order=None)
                | ~Q(status__in=["final", "amended", "corrected", "appended"])
                | Q(owner__isnull=False),
                name="diagnosticreport_final_has_owner",
            )
        ]
