"""Files of people from elsewhere: PatientImport, its sealed content, and what became of each row."""

import json
import zlib
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from osler.foundation.audit.rows import CURRENT_ORGANIZATION, Row
from osler.foundation.vault.sealing import SealedBytes
from osler.kernel.keys import uuid7
from osler.kernel.states import Transitions


class PatientImport(Row):
    """A file of patients that somebody has brought: how it is read, and how far it has come.

    `mapping` says which column is what (importing/mapping.py). The file itself stands sealed in its
    content, which is forgotten after a while; how many rows are done is counted, not kept.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Columns to assign")
        CHECKING = "checking", _("Being checked")
        CHECKED = "checked", _("Checked")
        RUNNING = "running", _("Running")
        STOPPED = "stopped", _("Stopped")
        DONE = "done", _("Done")
        DISCARDED = "discarded", _("Discarded")

    TRANSITIONS: ClassVar[Transitions] = {
        "draft": frozenset({"checking", "running", "discarded"}),
        "checking": frozenset({"checked", "draft"}),
        "checked": frozenset({"draft", "checking", "running", "discarded"}),
        "running": frozenset({"stopped", "done"}),
        "stopped": frozenset({"running"}),
        "done": frozenset(),
        "discarded": frozenset(),
    }

    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    row_count = models.PositiveIntegerField()
    kind = models.CharField(max_length=4)
    read_as = models.CharField(max_length=60, blank=True, default="")
    mapping = models.JSONField(default=dict)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    started_by = models.UUIDField(null=True, blank=True)
    started_by_name = models.CharField(max_length=200, blank=True, default="")
    finished_at = models.DateTimeField(null=True, blank=True)
    forgotten_at = models.DateTimeField(null=True, blank=True)
    trouble = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["organization_id", "digest"], name="patientimport_by_digest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="done") | Q(finished_at__isnull=False), name="patientimport_done_when"
            ),
        ]

    @property
    def is_working(self) -> bool:
        return self.status in (self.Status.CHECKING, self.Status.RUNNING)

    @property
    def is_trial(self) -> bool:
        """Whether what is known of its rows is what would become of them."""
        return self.status in (self.Status.DRAFT, self.Status.CHECKING, self.Status.CHECKED)


class ImportContent(models.Model):
    """A file's cells, packed and sealed; without history, so that what is deleted is gone.

    Workbooks are kept as the rows that were read from them: they are read once.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    patient_import = models.OneToOneField(PatientImport, models.CASCADE, related_name="content")
    said_sealed = models.BinaryField(editable=False)
    said = SealedBytes("said_sealed")
    sample_sealed = models.BinaryField(editable=False)
    sample = SealedBytes("sample_sealed")

    def read(self) -> tuple[list[str], list[tuple[int, list[str]]]]:
        """The header and the rows."""
        header, rows = _unpacked(self.said)
        return header, rows

    def read_sample(self) -> dict[str, Any]:
        """What the columns look like: for the page on which they are assigned."""
        found: dict[str, Any] = _unpacked(self.sample)
        return found

    def write(self, header: list[str], rows: Any, sample: dict[str, Any]) -> None:
        self.said, self.sample = _packed([header, rows]), _packed(sample)


def _packed(said: Any) -> bytes:
    return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), 3)


def _unpacked(packed: bytes) -> Any:
    return json.loads(zlib.decompress(packed))


class ImportRow(models.Model):
    """What became of a row, or would become of it; written in the transaction that did it.

    It says nothing of what the row says. `made_id` is the patient whom it made or met, `like_id` whom it
    resembles, `like_number` the earlier row that it repeats or resembles. They are facts of that day, and
    stay when charts are merged. `reason` and `notes` are codes (importing/words.py).
    """

    class Fate(models.TextChoices):
        CREATED = "created", _("Registered")
        KNOWN = "known", _("Known already")
        AMENDED = "amended", _("Completed")
        HELD = "held", _("To decide")
        SAME = "same", _("Same person, left out")
        APART = "apart", _("Another person, registered")
        REFUSED = "refused", _("Refused")

    pk = models.CompositePrimaryKey("patient_import_id", "number")
    organization_id = models.UUIDField(db_default=CURRENT_ORGANIZATION, editable=False)
    patient_import = models.ForeignKey(PatientImport, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    fate = models.CharField(max_length=8, choices=Fate)
    made_id = models.UUIDField(null=True)
    like_id = models.UUIDField(null=True)
    like_number = models.PositiveIntegerField(null=True)
    percent = models.PositiveSmallIntegerField(null=True)
    is_almost_certain = models.BooleanField(default=False)
    levels = models.CharField(max_length=400, blank=True, default="")
    reason = models.CharField(max_length=40, blank=True, default="")
    place = models.PositiveSmallIntegerField(null=True)
    notes = models.CharField(max_length=300, blank=True, default="")
    decided_by_name = models.CharField(max_length=200, blank=True, default="")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["patient_import", "fate", "number"], name="importrow_by_fate"),
            models.Index(fields=["made_id"], name="importrow_of_patient"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(fate__in=["same", "apart"]) | Q(decided_at__isnull=False),
                name="importrow_decided_when",
            ),
        ]
