"""Taking in a file, some rows at a time: each batch is one transaction that knows where the last one ended.

Whoever is killed in the middle has done whole batches or nothing of one; whoever goes on, or comes beside,
waits for the lock of the import and takes the next rows.
"""

from bisect import bisect_right
from uuid import UUID

from django.db import connection
from django.db.models import Max

from osler.clinic.patients.importing.ahead import Ahead
from osler.clinic.patients.importing.enrolling import enroll, keep_fates
from osler.clinic.patients.importing.errors import FileForgotten
from osler.clinic.patients.importing.judging import Judging
from osler.clinic.patients.importing.mapping import Mapping
from osler.clinic.patients.models import ImportContent, ImportRow, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.sheets.sheet import Row
from osler.kernel import clock
from osler.kernel.errors import Missing
from osler.kernel.states import move

BATCH = 500
Status, Fate = PatientImport.Status, ImportRow.Fate

# One import of a clinic at a time: each compares with what the others have registered.
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('patient import ' || %s, 0))"


def _number(row: Row) -> int:
    return row.number


def rows_of(patient_import: PatientImport) -> tuple[list[str], list[Row]]:
    """The header and the rows of an import's file."""
    content = ImportContent.objects.filter(patient_import_id=patient_import.id).first()
    if content is None:
        raise FileForgotten
    header, rows = content.read()
    return header, [Row(number, cells) for number, cells in rows]


class Taking:
    """One process's work on one import; what it remembers can be found out again."""

    def __init__(self, import_id: UUID, *, actor: Actor) -> None:
        self.import_id, self.actor = import_id, actor
        self.header: list[str] = []
        self.rows: list[Row] = []
        self.ahead: Ahead | None = None
        self.seen: tuple[int, int] | None = None
        """Of which version of the import, and up to which row, the judging knows."""
        self.counted = 0
        """The row at which the statistics of the database were renewed."""

    def take_some(self) -> bool:
        """The next rows, in the caller's transaction; False when there is nothing to do, or no more."""
        patient_import = self._locked()
        decide(self.actor, "run", patient_import)
        if not patient_import.is_working:
            return False
        with connection.cursor() as cursor:
            cursor.execute(_ALONE, [str(patient_import.organization_id)])
        done = self._last_number()
        ahead = self._ahead(patient_import, done)
        batch = self._next_rows(done)
        read = ahead.take(batch)
        last = batch[-1].number if batch else done
        with ahead.reading(self._next_rows(last)):
            arriving = ahead.judging.judge(read)
            if patient_import.is_trial:
                keep_fates(arriving, patient_import=patient_import)
            else:
                self._renew_statistics(done)
                enroll(arriving, patient_import=patient_import)
        self.seen = (patient_import.version, last)
        is_over = not self.rows or last >= self.rows[-1].number
        if is_over:
            self._finish(patient_import)
        return not is_over

    @property
    def done(self) -> int:
        """How many rows of the file have come to an end."""
        return bisect_right(self.rows, self.seen[1], key=_number) if self.seen else 0

    def _renew_statistics(self, last: int) -> None:
        """Whenever the rows have doubled: the plans of a small table serve a large one badly."""
        if last > 2 * self.counted:
            self.counted = last
            with connection.cursor() as cursor:
                cursor.execute("SELECT patients_renew_statistics()")

    def _locked(self) -> PatientImport:
        found = scoped(PatientImport, self.actor).select_for_update().filter(id=self.import_id).first()
        if found is None:
            raise Missing
        return found

    def _last_number(self) -> int:
        done = ImportRow.objects.filter(patient_import_id=self.import_id)
        return done.aggregate(last=Max("number"))["last"] or 0

    def _ahead(self, patient_import: PatientImport, last: int) -> Ahead:
        """What knows the rows up to the last one; made anew when others have gone on meanwhile."""
        if not self.rows:
            self.header, self.rows = rows_of(patient_import)
        if self.ahead is None or self.seen != (patient_import.version, last):
            mapping = Mapping.read(patient_import.mapping)
            judging = Judging(mapping, self.header, is_trial=patient_import.is_trial, actor=self.actor)
            judging.remember(self._unregistered(patient_import, last))
            self.ahead = Ahead(judging)
        return self.ahead

    def _unregistered(self, patient_import: PatientImport, last: int) -> list[Row]:
        """Earlier rows that later ones must be compared with here: they are no patients."""
        done = self.rows[: bisect_right(self.rows, last, key=_number)]
        if not done:
            return []
        fates = ImportRow.objects.filter(patient_import_id=self.import_id)
        wanted = (Fate.CREATED, Fate.HELD) if patient_import.is_trial else (Fate.HELD, Fate.SAME)
        numbers = set(fates.filter(fate__in=wanted).values_list("number", flat=True))
        return [row for row in done if row.number in numbers]

    def _next_rows(self, last: int) -> list[Row]:
        start = bisect_right(self.rows, last, key=_number)
        return self.rows[start : start + BATCH]

    def _finish(self, patient_import: PatientImport) -> None:
        is_check = patient_import.status == Status.CHECKING
        to = Status.CHECKED if is_check else Status.DONE
        move(patient_import, to, transitions=PatientImport.TRANSITIONS)
        if not is_check:
            patient_import.finished_at = clock.now()
        patient_import.save()
