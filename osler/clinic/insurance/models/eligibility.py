"""What an insurer was asked about a coverage, and what it said: EligibilityCheck."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.insurance.models.coverages import Coverage
from osler.clinic.patients.models import Patient
from osler.foundation.audit.rows import Row
from osler.foundation.vault.sealing import SealedText
from osler.kernel.states import Transitions


class EligibilityCheck(Row):
    """One question whether an insurance covers a day, with its answer (X12 270 and 271; FHIR R4
    CoverageEligibilityRequest and -Response).

    The row's key goes out as the trace number, and an answer comes back with it. `effect_key` says for
    which occasion it is asked: one occasion asks once, whatever is retried. The words of the answer are
    kept whole and sealed; what the desk needs of them has columns.
    """

    class Status(models.TextChoices):
        QUEUED = "queued", _("To be asked")
        SENT = "sent", _("Asked")
        ANSWERED = "answered", _("Answered")
        FAILED = "failed", _("No answer")
        SUPERSEDED = "superseded", _("Asked anew")

    class Cause(models.TextChoices):
        ADDED = "added", _("The card was noted")
        VISIT = "visit", _("A visit comes")
        ASKED = "asked", _("Somebody asked")

    class Outcome(models.TextChoices):
        ACTIVE = "active", _("Active")
        INACTIVE = "inactive", _("Not active")
        UNKNOWN_MEMBER = "unknown-member", _("Not known")
        OTHER_BIRTH_DATE = "other-birth-date", _("Other birth date")

    TRANSITIONS: ClassVar[Transitions] = {
        "queued": frozenset({"sent", "answered", "superseded"}),
        "sent": frozenset({"queued", "answered", "failed", "superseded"}),
        "failed": frozenset({"answered"}),  # late is better than never
        "answered": frozenset(),
        "superseded": frozenset(),
    }
    OPEN: ClassVar = ("queued", "sent")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    coverage = models.ForeignKey(Coverage, models.PROTECT, related_name="checks")
    service_on = models.DateField()
    cause = models.CharField(max_length=5, choices=Cause)
    effect_key = models.CharField(max_length=100)
    status = models.CharField(max_length=10, choices=Status, default=Status.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=40, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    covered_from = models.DateField(null=True, blank=True)
    covered_until = models.DateField(null=True, blank=True)
    plan_words = models.CharField(max_length=200, blank=True, default="")
    primary_care = models.CharField(max_length=200, blank=True, default="")
    copay_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    deductible_left_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    coinsurance_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    answer_sealed = models.BinaryField(default=b"", editable=False)
    answer = SealedText("answer_sealed")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["coverage", "-id"], name="eligibilitycheck_of_coverage"),
            models.Index(
                fields=["organization_id", "id"],
                condition=Q(status__in=["queued", "sent"]),
                name="eligibilitycheck_open",
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "effect_key"], name="eligibilitycheck_asked_once"
            ),
            models.UniqueConstraint(
                fields=["coverage"],
                condition=Q(status__in=["queued", "sent"]),
                name="eligibilitycheck_one_open",
            ),
            models.CheckConstraint(
                condition=Q(status="answered", answered_at__isnull=False) & ~Q(outcome="")
                | ~Q(status="answered") & Q(answered_at=None, outcome=""),
                name="eligibilitycheck_answer_has_outcome",
            ),
            models.CheckConstraint(
                condition=(Q(copay_amount=None) | Q(copay_amount__gte=0))
                & (Q(deductible_left_amount=None) | Q(deductible_left_amount__gte=0))
                & (Q(coinsurance_percent=None) | Q(coinsurance_percent__gte=0, coinsurance_percent__lte=100)),
                name="eligibilitycheck_amounts_sane",
            ),
        ]
