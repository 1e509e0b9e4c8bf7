"""What a home is made of: figures, and short lists of what waits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True)
class Tile:
    """One figure that leads to what it counts."""

    label: Words
    value: object
    note: Words = ""
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that waits, and where it is dealt with."""

    title: Words
    url: str
    detail: Words = ""
    birth_date: date | None = None
    mrn: str = ""
    patient_id: UUID | None = None
    status: str = ""
    status_word: Words = ""
    at: datetime | None = None
    on: date | None = None
    since: datetime | None = None
    amount: object = None
    has_namesake: bool = False


@dataclass(frozen=True)
class Panel:
    """A short list; `count` may be more than the lines shown, `url` leads to all of them.

    On a wide screen those that stand `beside` make the second column.
    """

    key: str
    title: Words
    lines: Sequence[Line]
    empty: Words
    count: int = 0
    url: str = ""
    more: Words = ""
    beside: bool = False


@dataclass(frozen=True)
class Part:
    """What one role's home consists of."""

    tiles: Sequence[Tile] = ()
    panels: Sequence[Panel] = field(default=())

    def patients(self) -> list[UUID]:
        """Whose names are shown."""
        return [line.patient_id for panel in self.panels for line in panel.lines if line.patient_id]
