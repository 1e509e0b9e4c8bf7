"""Who should come again: RecallRule (prevention that falls due) and RecallStep (what was done about it)."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ServiceRequest
from osler.foundation.audit.rows import Row
from osler.foundation.directory.models import HealthcareService


class RecallRule(Row):
    """That patients of some age, sex or condition should have a kind of visit every so many months.

    `condition` is how the code of an active problem begins; what is left empty does not matter.
    """

    class Sex(models.TextChoices):
        ANY = "", _("Any")
        FEMALE = "female", _("Female")
        MALE = "male", _("Male")

    name = models.CharField(_("Name"), max_length=120)
    service = models.ForeignKey(HealthcareService, models.PROTECT, related_name="+")
    every_months = models.PositiveSmallIntegerField(_("Every how many months"))
    age_from = models.PositiveSmallIntegerField(_("From the age of"), default=0)
    age_to = models.PositiveSmallIntegerField(_("To the age of"), default=120)
    sex = models.CharField(_("Sex"), max_length=10, choices=Sex, blank=True, default=Sex.ANY)
    condition = models.CharField(_("Code of a problem"), max_length=20, blank=True, default="")
    message_weeks = models.PositiveSmallIntegerField(_("A message at most every so many weeks"), default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["organization_id", "name"], condition=Q(active=True), name="recallrule_named_once"
            ),
            models.CheckConstraint(
                condition=Q(every_months__gte=1, every_months__lte=240), name="recallrule_months_sane"
            ),
            models.CheckConstraint(
                condition=Q(age_to__gte=models.F("age_from")), name="recallrule_ages_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecallStep(Row):
    """What was done about a patient who should come again: by a rule, or for a follow-up that was planned."""

    class Said(models.TextChoices):
        CONTACTED = "contacted", _("Contacted")
        MESSAGE = "message", _("Message sent")
        DECLINED = "declined", _("Declined")

    patient = models.ForeignKey(Patient, models.PROTECT, related_name="+")
    rule = models.ForeignKey(RecallRule, models.PROTECT, null=True, blank=True, related_name="+")
    order = models.ForeignKey(ServiceRequest, models.PROTECT, null=True, blank=True, related_name="+")
    said = models.CharField(max_length=10, choices=Said)
    at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "patient"], name="recallstep_of_patient")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(rule=None, order__isnull=False) | Q(rule__isnull=False, order=None),
                name="recallstep_of_rule_or_order",
            )
        ]
