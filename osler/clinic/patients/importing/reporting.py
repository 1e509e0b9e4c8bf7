"""What became of a file: counts, rows by their fate, and what is given back as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from osler.clinic.patients.importing.taking import rows_of
from osler.clinic.patients.importing.words import level_words, note_words, reason_words
from osler.clinic.patients.models import ImportRow, Patient, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

Fate = ImportRow.Fate
ALIKE = (Fate.HELD, Fate.SAME, Fate.APART)


@dataclass(frozen=True)
class Tally:
    """How many rows came to what."""

    counts: dict[str, int]
    total: int
    certain: int = 0
    """Of those held, how many are almost certain."""

    @property
    def done(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 100

    def of(self, *fates: str) -> int:
        """The rows of some fates."""
        return sum(self.counts.get(fate, 0) for fate in fates)


def tally_of(patient_import: PatientImport, *, actor: Actor) -> Tally:
    """Counted anew each time: nothing that is written has to be right."""
    rows = scoped(ImportRow, actor).filter(patient_import_id=patient_import.id).order_by()
    certain = Count("number", filter=Q(fate=Fate.HELD, is_almost_certain=True))
    found = list(rows.values("fate").annotate(count=Count("number"), certain=certain))
    counts = {one["fate"]: one["count"] for one in found}
    return Tally(counts, patient_import.row_count, sum(one["certain"] for one in found))


def rows_by_fate(
    patient_import: PatientImport, fates: Sequence[str], *, after: int = 0, actor: Actor
) -> QuerySet[ImportRow]:
    """Rows in their order, those behind `after`."""
    rows = scoped(ImportRow, actor).filter(patient_import_id=patient_import.id, fate__in=fates)
    return rows.filter(number__gt=after).order_by("number")


def patients_of(rows: Sequence[ImportRow], *, actor: Actor) -> dict[UUID, Patient]:
    """The patients whom rows made, met or resemble."""
    ids = {key for row in rows for key in (row.made_id, row.like_id) if key}
    return scoped(Patient, actor).defer("resource").in_bulk(ids) if ids else {}


def refused_lines(patient_import: PatientImport, *, actor: Actor) -> Iterator[list[object]]:
    """The refused rows as they came, each with its number, the column and the reason: to be mended and
    sent again."""
    header, rows = rows_of(patient_import)
    refused = {row.number: row for row in rows_by_fate(patient_import, [Fate.REFUSED], actor=actor)}
    yield [*header, _("Row"), _("Column"), _("Reason")]
    for row in rows:
        if found := refused.get(row.number):
            cells = [*row.cells, *[""] * (len(header) - len(row.cells))][: len(header)]
            yield [*cells, row.number, heading_of(header, found.place), reason_words(found.reason)]


def heading_of(header: Sequence[str], place: int | None) -> str:
    """The heading of a column, or its number where it has none."""
    if place is None:
        return ""
    return header[place] if place < len(header) and header[place] else str(place + 1)


def alike_lines(patient_import: PatientImport, *, actor: Actor) -> Iterator[list[object]]:
    """The rows that resemble somebody: whom, how sure, why, and what was decided."""
    rows = list(rows_by_fate(patient_import, ALIKE, actor=actor))
    patients = patients_of(rows, actor=actor)
    yield [
        _("Row"),
        _("Resembles MRN"),
        _("Resembles"),
        _("Resembles row"),
        _("Percent"),
        _("For and against"),
        _("Decision"),
    ]
    for row in rows:
        like = patients.get(row.like_id) if row.like_id else None
        yield [
            row.number,
            like.mrn if like else "",
            like.list_name if like else "",
            row.like_number or "",
            row.percent or "",
            "; ".join(level_words(row.levels)),
            row.get_fate_display(),
        ]


def noted_lines(rows: Sequence[ImportRow]) -> dict[int, list[str]]:
    """What was noted of rows, by their number."""
    return {row.number: note_words(row.notes) for row in rows if row.notes}
