"""Cards that the desk has laid before the reader: CardReading."""

import json
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.foundation.accounts.models import User
from osler.foundation.audit.rows import CURRENT_ORGANIZATION
from osler.foundation.files.kept import KeptFile
from osler.foundation.files.reading import Line, Reading
from osler.foundation.vault.sealing import SealedText
from osler.kernel.keys import uuid7


class CardReading(KeptFile):
    """A picture of a card and what was read on it, both sealed, for the hour in which somebody looks at it.

    Without history, so that what is forgotten is gone. `subject_id` is the patient or proposal whose page
    asked for it, empty for somebody who is not registered yet. It belongs to who asked: no other reads it.
    """

    class Kind(models.TextChoices):
        INSURANCE = "insurance", _("Insurance card")
        IDENTITY = "identity", _("Identity document")

    class Side(models.TextChoices):
        FRONT = "front", _("Front")
        BACK = "back", _("Back")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Is being read")
        READ = "read", _("Read")
        FAILED = "failed", _("Could not be read")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    subject_id = models.UUIDField(null=True, editable=False)
    kind = models.CharField(max_length=9, choices=Kind)
    side = models.CharField(max_length=5, choices=Side)
    status = models.CharField(max_length=7, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(auto_now_add=True)
    found_sealed = models.BinaryField(default=b"", editable=False)
    found = SealedText("found_sealed")

    class Meta:
        indexes: ClassVar = [models.Index(fields=["organization_id", "user"], name="cardreading_of_user")]

    @property
    def reading(self) -> Reading:
        """What was read."""
        said = json.loads(self.found or '{"lines": [], "barcodes": []}')
        return Reading(tuple(Line(*line) for line in said["lines"]), tuple(said["barcodes"]))

    def write(self, reading: Reading) -> None:
        """Keep what was read."""
        lines = [[one.text, one.left, one.top, one.right, one.bottom, one.sureness] for one in reading.lines]
        self.found = json.dumps({"lines": lines, "barcodes": reading.barcodes}, ensure_ascii=False)
        self.status = self.Status.READ
