"""Every saved state of a note, from the history that the database keeps."""

import json
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from osler.clinic.records.models import ClinicalNote
from osler.clinic.records.notes.digest import PARTS
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

_REPLACED = """
SELECT version, content FROM audit_rowhistory
WHERE table_name = 'records_clinicalnote' AND row_id = %s ORDER BY version
"""


@dataclass(frozen=True)
class NoteVersion:
    """The words of a note as they were acknowledged at one moment."""

    version: int
    saved_at: datetime | None
    status: str
    parts: dict[str, str]


def note_versions(note: ClinicalNote, *, actor: Actor) -> list[NoteVersion]:
    """All versions, the oldest first; the last is the present one."""
    decide(actor, "write", note)
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [note.id])
        replaced = cursor.fetchall()
    return [_from_history(version, content) for version, content in replaced] + [
        NoteVersion(
            note.version,
            note.saved_at,
            note.status,
            {part: getattr(note, part) for part in PARTS},
        )
    ]


def _from_history(version: int, content: str) -> NoteVersion:
    row = json.loads(content)  # Django leaves jsonb as text in raw queries
    saved_at = row["saved_at"]
    return NoteVersion(
        version,
        datetime.fromisoformat(saved_at) if saved_at else None,
        row["status"],
        {part: row[part] for part in PARTS},
    )
