"""Rows that resemble somebody: a person says whether it is the same one."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.importing.cleaning import Arriving, Cleaning
from osler.clinic.patients.importing.errors import RowDecided
from osler.clinic.patients.importing.mapping import Mapping
from osler.clinic.patients.importing.taking import rows_of
from osler.clinic.patients.matching import Likeness, likely_duplicates
from osler.clinic.patients.models import IdentifierType, ImportRow, Patient, PatientImport
from osler.clinic.patients.pairs import keep_apart
from osler.clinic.patients.registration import make_patient
from osler.clinic.patients.relations import keep_related_person
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.errors import Missing

Fate = ImportRow.Fate


@dataclass(frozen=True)
class HeldRow:
    """A row, the person it names, whom that person resembles now, and an earlier row like it."""

    row: ImportRow
    arriving: Arriving
    cells: list[tuple[str, str]]
    """The row as it is in the file: heading and cell."""
    likenesses: list[Likeness]
    earlier: Patient | None = None


def row_of(patient_import: PatientImport, number: int, *, actor: Actor) -> ImportRow:
    """What became of a row."""
    rows = scoped(ImportRow, actor).filter(patient_import_id=patient_import.id, number=number)
    found = rows.first()
    if found is None:
        raise Missing
    return found


def held_row(patient_import: PatientImport, number: int, *, actor: Actor) -> HeldRow:
    """A row with everything that is needed to decide on it."""
    row = row_of(patient_import, number, actor=actor)
    header, rows = rows_of(patient_import)
    by_number = {one.number: one for one in rows}
    mapping, kinds = Mapping.read(patient_import.mapping), scoped(IdentifierType, actor).filter(active=True)
    cleaning = Cleaning(mapping, header, patient_import.organization_id, kinds)
    [arriving] = cleaning.read([by_number[number]])
    found = likely_duplicates(arriving.patient, numbers=arriving.identifiers, actor=actor)
    earlier = cleaning.read([by_number[row.like_number]])[0].patient if row.like_number else None
    cells = [(heading, cell) for heading, cell in zip(header, by_number[number].cells, strict=False) if cell]
    return HeldRow(row, arriving, cells, found, earlier)


@transaction.atomic
def leave_out_row(patient_import: PatientImport, number: int, *, actor: Actor) -> None:
    """It is the same person: nobody is registered, nothing of the patient is changed."""
    _decide(patient_import, number, Fate.HELD, Fate.SAME, actor=actor)


@transaction.atomic
def reopen_row(patient_import: PatientImport, number: int, *, actor: Actor) -> None:
    """It was left out too soon: it is to be decided again."""
    _decide(patient_import, number, Fate.SAME, Fate.HELD, actor=actor)


@transaction.atomic
def register_row(
    patient_import: PatientImport, number: int, *, seen: Collection[UUID], actor: Actor
) -> Patient:
    """It is another person. Whoever is likely must have been seen: LikelyDuplicate says who was not."""
    held = held_row(patient_import, number, actor=actor)
    likely = [one for one in held.likenesses if one.is_likely]
    if any(one.patient.id not in seen for one in likely):
        refusal = LikelyDuplicate()
        refusal.likenesses = held.likenesses
        raise refusal
    _decide(patient_import, number, Fate.HELD, Fate.APART, actor=actor)
    arriving = held.arriving
    patient = make_patient(arriving.patient, identifiers=arriving.identifiers, actor=actor)
    if arriving.contact is not None:
        keep_related_person(arriving.contact)
    keep_apart(patient, likely, reason=_("Import: another person"), actor=actor)
    ImportRow.objects.filter(patient_import_id=patient_import.id, number=number).update(made_id=patient.id)
    return patient


@transaction.atomic
def leave_out_certain(patient_import: PatientImport, *, actor: Actor) -> int:
    """All that are almost certainly the same person; how many."""
    decide(actor, "decide", ImportRow)
    waiting = ImportRow.objects.filter(
        patient_import_id=patient_import.id, fate=Fate.HELD, is_almost_certain=True
    )
    return waiting.update(fate=Fate.SAME, decided_at=clock.now(), decided_by_name=actor.name[:200])


def _decide(patient_import: PatientImport, number: int, before: str, to: str, *, actor: Actor) -> None:
    """Move one row, once: who comes second is told so."""
    decide(actor, "decide", ImportRow)
    if patient_import.is_trial:
        raise RowDecided
    is_held = to == Fate.HELD
    moved = ImportRow.objects.filter(patient_import_id=patient_import.id, number=number, fate=before).update(
        fate=to,
        decided_at=None if is_held else clock.now(),
        decided_by_name="" if is_held else actor.name[:200],
    )
    if not moved:
        raise RowDecided
