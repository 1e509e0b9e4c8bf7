"""A whole file in one go, for the command: judged without a trace, or taken in batch after batch."""

import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from osler.clinic.patients.importing.cleaning import Arriving
from osler.clinic.patients.importing.judging import Judging
from osler.clinic.patients.importing.mapping import Mapping, named_mapping
from osler.clinic.patients.importing.preparing import first_mapping, map_columns, receive_file, start_run
from osler.clinic.patients.importing.reporting import heading_of
from osler.clinic.patients.importing.sampling import sample_of
from osler.clinic.patients.importing.taking import BATCH, Taking
from osler.clinic.patients.importing.words import reason_words
from osler.clinic.patients.models import PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import acting
from osler.foundation.sheets.reading import read_sheet

Progress = Callable[[int], None]
Status = PatientImport.Status


@dataclass
class Trial:
    """What would become of a file."""

    header: list[str]
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[list[object]] = field(default_factory=list)
    """Number, heading of the column, reason."""

    def take(self, arriving: list[Arriving]) -> None:
        """Count a batch."""
        self.counts.update(one.fate for one in arriving)
        for one in arriving:
            if one.reason:
                self.refused.append(
                    [one.number, heading_of(self.header, one.place), reason_words(one.reason)]
                )


def try_file(content: bytes, *, said: Any, actor: Actor, progress: Progress) -> Trial:
    """Judge every row; nothing at all is written."""
    sheet = read_sheet(content)
    mapping = _mapping(said, sheet.header, first_mapping(sample_of(sheet)))
    trial = Trial(sheet.header)
    with acting(actor):
        decide(actor, "prepare", PatientImport)
        judging = Judging(mapping, sheet.header, is_trial=True, actor=actor)
        for start in range(0, len(sheet.rows), BATCH):
            trial.take(judging.judge(judging.read(sheet.rows[start : start + BATCH])))
            progress(start + BATCH)
    return trial


def _mapping(said: Any, header: list[str], guessed: Mapping) -> Mapping:
    """What somebody has written, and the guess where nothing is said."""
    return named_mapping({**_options(guessed), **(said or {})}, header)


def _options(guessed: Mapping) -> dict[str, Any]:
    return {"dates": guessed.dates, "genders": guessed.genders}


def unfinished(content: bytes, *, actor: Actor) -> PatientImport | None:
    """An import of this very file that has begun and not ended."""
    begun = scoped(PatientImport, actor).filter(
        digest=hashlib.sha256(content).hexdigest(), status__in=[Status.RUNNING, Status.STOPPED]
    )
    return begun.order_by("-id").first()


def imported(content: bytes, *, actor: Actor) -> bool:
    """Whether this very file was taken in to its end."""
    digest = hashlib.sha256(content).hexdigest()
    return scoped(PatientImport, actor).filter(digest=digest, status=Status.DONE).exists()


def begin(content: bytes, *, name: str, said: Any, actor: Actor) -> PatientImport:
    """Go on with an import of this file, or begin one."""
    with acting(actor, reason="import of patients"):
        found = unfinished(content, actor=actor)
        if found is not None and found.status == Status.RUNNING:
            return found
        if found is None:
            found = receive_file(content, name=name, actor=actor)
            header = found.content.read_sample()["header"]
            mapping = _mapping(said, header, Mapping.read(found.mapping))
            map_columns(found, mapping=mapping, version=found.version, actor=actor)
        return start_run(found, version=found.version, is_unchecked=True, actor=actor)


def finish(patient_import: PatientImport, *, actor: Actor, progress: Progress) -> None:
    """Take in all rows that are left, each batch in a transaction of its own."""
    taking, is_more = Taking(patient_import.id, actor=actor), True
    while is_more:
        with acting(actor, reason="import of patients"):
            is_more = taking.take_some()
        progress(taking.done)
