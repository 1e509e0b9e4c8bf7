"""Writing, signing and amending a note."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import EmptyNote, NoteBegun, NoteClosed, NoteConflict, NotYourNote
from osler.clinic.records.events import NoteSigned
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.notes.digest import PARTS, note_digest
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import completed
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.errors import StaleVersion


@dataclass(frozen=True)
class PartComparison:
    """One part of a note as it is stored and as somebody else wants it."""

    part: str
    stored: str
    offered: str

    @property
    def differs(self) -> bool:
        return self.stored != self.offered


def open_note(encounter: Encounter, *, actor: Actor, begun: ClinicalNote | None = None) -> ClinicalNote:
    """The actor's draft of this visit: the one begun before, or a new one.

    A note `begun` elsewhere, with words, stands in the place of an empty draft; NoteBegun if the
    draft has words too."""
    decide(actor, "write", ClinicalNote)
    require_open(encounter)
    author = author_id(actor)
    drafts = scoped(ClinicalNote, actor).filter(
        encounter=encounter, author_id=author, status="preliminary", amends=None
    )
    if begun is not None:
        return _keep_begun(begun, drafts=drafts, author=author)
    found = drafts.order_by("id").first()
    if found is not None:
        return found
    return ClinicalNote.objects.create(encounter=encounter, patient_id=encounter.patient_id, author_id=author)


def _keep_begun(begun: ClinicalNote, *, drafts: QuerySet[ClinicalNote], author: UUID) -> ClinicalNote:
    for draft in drafts:
        if draft.has_words:
            raise NoteBegun
        draft.status = ClinicalNote.Status.ENTERED_IN_ERROR
        draft.save()
    begun.author_id, begun.saved_at = author, clock.now()
    begun.status, begun.signed_at = ClinicalNote.Status.PRELIMINARY, None
    for part in PARTS:
        setattr(begun, part, _clean(getattr(begun, part)))
    begun.save(force_insert=True)
    return begun


def autosave_note(
    note: ClinicalNote, *, parts: Mapping[str, str], version: int, actor: Actor
) -> ClinicalNote:
    """Keep the words as they are now; every saved state stays in the note's history.

    Whoever began from an older version is refused with NoteConflict and compares.
    """
    decide(actor, "write", note)
    if note.author_id != author_id(actor):
        raise NotYourNote
    if note.status != ClinicalNote.Status.PRELIMINARY:
        raise NoteClosed
    offered = {part: _clean(parts[part]) for part in PARTS if part in parts}
    if all(getattr(note, part) == words for part, words in offered.items()):
        return note
    if note.version != version:
        raise NoteConflict
    for part, words in offered.items():
        setattr(note, part, words)
    note.saved_at = clock.now()
    try:
        with refusals():
            note.save()
    except StaleVersion as stale:
        raise NoteConflict from stale
    return note


def compare_note(note: ClinicalNote, *, parts: Mapping[str, str]) -> list[PartComparison]:
    """What is stored beside what is offered, part by part."""
    return [PartComparison(part, getattr(note, part), _clean(parts.get(part, ""))) for part in PARTS]


def _clean(words: str) -> str:
    """One kind of line end, and no NUL, which a text in PostgreSQL cannot hold."""
    return words.replace("\r\n", "\n").replace("\x00", "").rstrip()


def sign_note(note: ClinicalNote, *, actor: Actor, version: int | None = None) -> ClinicalNote:
    """Close the note in the name of its author, who alone may; the words never change again."""
    decide(actor, "sign", note)
    if note.author_id != author_id(actor):
        raise NotYourNote
    if note.status != ClinicalNote.Status.PRELIMINARY:
        raise NoteClosed
    note.require_version(version)
    if not note.has_words:
        raise EmptyNote
    note.signed_at = clock.now().astimezone(UTC)
    note.status = ClinicalNote.Status.FINAL
    note.digest = note_digest(note)
    with refusals():
        note.save()
    if note.amends is not None:
        _mark_amended(note.amends)
    announce(NoteSigned(note.id, note.patient_id))
    return note


def _mark_amended(note: ClinicalNote) -> None:
    if note.status == ClinicalNote.Status.FINAL:
        note.status = ClinicalNote.Status.AMENDED
        note.save()


def amend_note(
    note: ClinicalNote, *, words: str, actor: Actor, draft: ClinicalNote | None = None
) -> ClinicalNote:
    """Add words to a signed note: an addendum, signed at once by whoever writes it."""
    decide(actor, "write", note)
    if note.status not in {"final", "amended"}:
        raise NoteClosed
    addendum = completed(
        draft or ClinicalNote(),
        status=ClinicalNote.Status.PRELIMINARY,
        signed_at=None,
        encounter_id=note.encounter_id,
        patient_id=note.patient_id,
        author_id=author_id(actor),
        amends=note,
        type_code=note.type_code,
        title="Addendum",
        subjective=_clean(words),
        saved_at=clock.now(),
    )
    if not addendum.has_words:
        raise EmptyNote
    addendum.save(force_insert=True)
    return sign_note(addendum, actor=actor)
