"""SlotHold: a time held for somebody who has not said who he is, or of whom nobody knows it yet."""

import json
from datetime import datetime
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models

from osler.clinic.scheduling.models.appointments import NONE
from osler.foundation.audit.rows import CURRENT_ORGANIZATION
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.vault.sealing import SealedText
from osler.kernel.keys import uuid7


class SlotHold(models.Model):
    """A slot that a visitor of the public page has chosen, for a while.

    It names no patient and is none of the record: it has no history, and what is over is gone. Its
    reservations are held by a trigger, as those of appointments are. `secret_hash` is of the key that the
    browser keeps; who the visitor says he is stands sealed. The walls show a visitor his own hold alone.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    practitioner = models.ForeignKey(Practitioner, models.CASCADE, related_name="+")
    location = models.ForeignKey(Location, models.CASCADE, null=True, related_name="+")
    room = models.ForeignKey(Location, models.CASCADE, null=True, related_name="+")
    service = models.ForeignKey(HealthcareService, models.CASCADE, related_name="+")
    period = DateTimeRangeField()
    zone = models.CharField(max_length=64)
    lane = models.PositiveSmallIntegerField(default=0)
    buffer_before = models.PositiveSmallIntegerField(default=0)
    buffer_after = models.PositiveSmallIntegerField(default=0)
    also_people = ArrayField(models.UUIDField(), default=list, db_default=NONE)
    also_places = ArrayField(models.UUIDField(), default=list, db_default=NONE)
    held_until = models.DateTimeField()
    secret_hash = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="en")
    code_number = models.PositiveSmallIntegerField(default=0)
    code_tries = models.PositiveSmallIntegerField(default=0)
    said_sealed = models.BinaryField(default=b"", editable=False)
    said = SealedText("said_sealed")

    overbook_reason = ""
    places = 1
    local_start: datetime | None = None
    local_fold = 0
    """What `lanes.hold` also says of an appointment; a hold keeps none of it."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "held_until"], name="slothold_by_end")]

    def read(self) -> dict[str, Any]:
        """Who the visitor says he is; nothing while he has not."""
        found: dict[str, Any] = json.loads(self.said or "{}")
        return found

    def write(self, said: dict[str, Any]) -> None:
        self.said = json.dumps(said, ensure_ascii=False)
