"""Encounter."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce, Extract
from django.db.models.lookups import GreaterThan
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models.chart import CodedRow
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel.states import Transitions


class Encounter(CodedRow):
    """A visit as it happens (FHIR R4 Encounter); its code is the type of visit."""

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        ARRIVED = "arrived", _("Arrived")
        TRIAGED = "triaged", _("Triaged")
        IN_PROGRESS = "in-progress", _("In progress")
        ONLEAVE = "onleave", _("On leave")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")
        ENTERED_IN_ERROR = "entered-in-error", _("Entered in error")
        UNKNOWN = "unknown", _("Unknown")

    TRANSITIONS: ClassVar[Transitions] = {
        "planned": frozenset({"arrived", "cancelled"}),
        "arrived": frozenset({"triaged", "in-progress", "cancelled"}),
        "triaged": frozenset({"in-progress", "cancelled"}),
        "in-progress": frozenset({"finished", "entered-in-error"}),
        "onleave": frozenset({"in-progress", "finished"}),
        "finished": frozenset({"entered-in-error"}),
        "cancelled": frozenset(),
        "entered-in-error": frozenset(),
        "unknown": frozenset(),
    }

    appointment = models.OneToOneField(
        Appointment, models.PROTECT, null=True, blank=True, related_name="encounter"
    )
    practitioner = models.ForeignKey(Practitioner, models.PROTECT, null=True, blank=True)
    location = models.ForeignKey(Location, models.PROTECT, null=True, blank=True)
    status = models.CharField(max_length=20, choices=Status, default=Status.ARRIVED)
    class_code = models.CharField(max_length=20, default="AMB", blank=True)
    reason = models.CharField(max_length=500, blank=True, default="")
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    is_long = models.GeneratedField(
        expression=Coalesce(
            GreaterThan(Extract(models.F("finished_at") - models.F("started_at"), "epoch"), 86_400), False
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    """Whether it lasted more than a day: those that did not are found by when they began."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["organization_id", "patient", "-started_at"],
                name="encounter_of_patient",
            ),
            models.Index(
                fields=["organization_id", "-started_at", "id"],
                name="encounter_by_date",
            ),
            models.Index(
                fields=["organization_id", "-started_at", "id"],
                condition=Q(is_long=True),
                name="encounter_long",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(finished_at=None)
                | Q(started_at=None)
                | Q(finished_at__gte=models.F("started_at")),
                name="encounter_ends_after_start",
            )
        ]
