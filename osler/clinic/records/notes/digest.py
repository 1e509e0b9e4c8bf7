"""The seal of a signed note: a digest over patient, author, time and words (A39)."""

import hashlib
import json
from uuid import UUID

from django.db import connection

from osler.clinic.records.models import ClinicalNote

PARTS = ("subjective", "objective", "assessment", "plan")


_CHARTS = """
SELECT DISTINCT patient_id FROM audit_rowhistory WHERE table_name = 'records_clinicalnote' AND row_id = %s
"""


def note_digest(note: ClinicalNote, *, patient_id: UUID | None = None) -> str:
    """SHA-256, in hexadecimal, of what is signed, in a form that anybody can build again; of the chart
    in which it stands, or stood."""
    if note.signed_at is None:
        raise ValueError("an unsigned note has no digest")
    signed = {
        "note": str(note.id),
        "patient": str(patient_id or note.patient_id),
        "encounter": str(note.encounter_id),
        "author": str(note.author_id),
        "amends": str(note.amends_id or ""),
        "type": note.type_code,
        "title": note.title,
        "signed_at": note.signed_at.isoformat(),
        **{part: getattr(note, part) for part in PARTS},
    }
    text = json.dumps(signed, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def is_genuine(note: ClinicalNote) -> bool:
    """Whether a signed note still says what was signed, be it in another chart, before a merge."""
    if not note.signed_at:
        return False
    if note.digest == note_digest(note):
        return True
    with connection.cursor() as cursor:
        cursor.execute(_CHARTS, [note.id])
        charts = [chart for (chart,) in cursor.fetchall()]
    return any(note.digest == note_digest(note, patient_id=chart) for chart in charts)
