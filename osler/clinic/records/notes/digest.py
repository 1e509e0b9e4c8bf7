"""The seal of a signed note: a digest over patient, author, time and words (A39)."""

import hashlib
import json

from osler.clinic.records.models import ClinicalNote

PARTS = ("subjective", "objective", "assessment", "plan")


def note_digest(note: ClinicalNote) -> str:
    """SHA-256, in hexadecimal, of what is signed, in a form that anybody can build again."""
    if note.signed_at is None:
        raise ValueError("an unsigned note has no digest")
    signed = {
        "note": str(note.id),
        "patient": str(note.patient_id),
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
    """Whether a signed note still says what was signed."""
    return bool(note.signed_at) and note.digest == note_digest(note)
