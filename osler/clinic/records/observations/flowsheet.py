"""Measurements as a sheet: one row a measurement, one column a time."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import Observation
from osler.clinic.records.observations.trends import (
    HIDDEN,
    Line,
    Reading,
    latest_lines,
    vitals_in_order,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

COLUMNS = 8


@dataclass(frozen=True)
class SheetRow:
    """A measurement with a cell for each time; None where it was not taken."""

    line: Line
    cells: tuple[Reading | None, ...]


@dataclass(frozen=True)
class Sheet:
    """Times, the newest first, and what was measured at each."""

    times: tuple[datetime, ...]
    rows: tuple[SheetRow, ...]
    taken: int = 0
    """At how many times anything was measured at all."""
    earlier: datetime | None = None
    """Until when the sheet before this one reaches; None if this is the first."""

    @property
    def sets(self) -> list[tuple[datetime, list[tuple[Line, Reading]]]]:
        """What was measured at each time."""
        return [
            (time, [(row.line, cell) for row in self.rows if (cell := row.cells[place]) is not None])
            for place, time in enumerate(self.times)
        ]


def flowsheet(
    patient: Patient, *, actor: Actor, category: str = "vital-signs", until: datetime | None = None
) -> Sheet:
    """The last eight times (`until` then) at which anything of a category was measured."""
    lines = vitals_in_order(latest_lines(patient, actor=actor, last=COLUMNS, category=category, until=until))
    taken = {reading.at for line in lines for reading in line.readings if reading.at}
    times = tuple(sorted(taken, reverse=True)[:COLUMNS])
    rows = tuple(SheetRow(line, _cells(line, times)) for line in lines)
    measured = scoped(Observation, actor).filter(patient=patient, category=category)
    measured = measured.exclude(status__in=HIDDEN).filter(effective_at__isnull=False)
    found = measured.aggregate(
        taken=Count("effective_at", distinct=True),
        earlier=Max("effective_at", filter=Q(effective_at__lt=times[-1])) if times else Max("effective_at"),
    )
    return Sheet(times, tuple(row for row in rows if any(row.cells)), found["taken"], found["earlier"])


def _cells(line: Line, times: tuple[datetime, ...]) -> tuple[Reading | None, ...]:
    by_time = {reading.at: reading for reading in reversed(line.readings)}
    return tuple(by_time.get(time) for time in times)
