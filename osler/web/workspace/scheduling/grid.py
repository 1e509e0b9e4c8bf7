"""A calendar's columns: visits, free times and closed hours placed on five-minute rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from urllib.parse import quote
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.queries import OpenHours, SheetRow
from osler.foundation.ui.calendar_css import MOST_LANES, row_of, rows_spanned
from osler.foundation.ui.icons import icon_paths
from osler.foundation.ui.statuses import VISITS, status_look
from osler.web.workspace.scheduling.slot_choice import booking_url

FIRST_HOUR, LAST_HOUR = 8, 18
SHORT_MINUTES = 25
HIDDEN = frozenset({"cancelled"})
FIXED = {"fulfilled": " is-fixed", "checked-in": " is-here"}
"""What is over is carried nowhere; who is in the room can only stay longer or shorter."""
CARRIED = {"carry-free": "circle-check", "carry-outside": "clock-alert", "carry-taken": "circle-x"}
"""How the place looks over which a visit is carried."""


@dataclass(slots=True)
class Entry:
    """A visit in a column, with its classes ready, for 900 of them are drawn at once."""

    key: str
    patient_id: UUID
    version: int
    classes: str
    stage: str
    name: str
    text: str
    waiting_since: str = ""


@dataclass(slots=True)
class FreeEntry:
    """A free time in a column."""

    classes: str
    time: str
    url: str


@dataclass(slots=True)
class Column:
    """One clinician on one day, or one room; `slot_minutes` is the grid of the clinician's calendar."""

    key: str
    title: str
    resource_id: UUID
    day: date
    is_place: bool = False
    slot_minutes: int = 0
    location_id: UUID | None = None
    is_today: bool = False
    entries: list[Entry] = field(default_factory=list)
    free: list[FreeEntry] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Grid:
    """The columns and the hours between which they are drawn."""

    columns: list[Column]
    opens: int
    closes: int

    @property
    def hours(self) -> list[tuple[int, int]]:
        """Each full hour with its row."""
        return [(hour, hour * 12) for hour in range(self.opens, self.closes)]


Key = tuple[UUID | None, date]


def make_grid(
    columns: list[Column],
    *,
    sheet: Iterable[SheetRow],
    hours: Iterable[OpenHours],
    free: Iterable[Slot],
    zone: str,
) -> Grid:
    """Put everything into its column, on the wall clock of the place."""
    place = ZoneInfo(zone)
    by_key = {(one.resource_id, one.day): one for one in columns}
    visits: dict[Key, list[SheetRow]] = defaultdict(list)
    by_place = any(one.is_place for one in columns)
    for row in sheet:
        if row.status not in HIDDEN:
            for resource_id in _places(row) if by_place else (row.practitioner_id,):
                visits[resource_id, row.start.date()].append(row)
    opened = _opened(hours, place)
    for key, column in by_key.items():
        column.entries = [
            _entry(row, lane, count, is_place=column.is_place)
            for row, lane, count in _side_by_side(visits.get(key, []))
        ]
        column.location_id = next((one.location_id for one in visits.get(key, ())), None)
    ways: dict[tuple[UUID, UUID | None], str] = {}
    for slot in free:
        start = slot.start.astimezone(place)
        found = by_key.get((slot.practitioner_id, start.date()))
        if found is not None:
            whose = slot.practitioner_id, slot.location_id
            if whose not in ways:
                ways[whose] = booking_url(practitioner=whose[0], location=whose[1])
            found.free.append(_free_entry(slot, start, ways[whose]))
            found.location_id = slot.location_id
            found.slot_minutes = minutes_between(slot.start, slot.end)
    opens, closes = _window(visits.values(), opened)
    for key, column in by_key.items():
        if not column.is_place:
            column.closed = _closed(opened.get(key, []), opens * 60, closes * 60)
    return Grid(columns, opens, closes)


@cache
def sprite() -> SafeString:
    """The icons of all visit statuses and of a carried visit, drawn once in the page and used by name."""
    icons = {f"look-{code}": look.icon for code, look in VISITS.items()} | CARRIED
    drawings = ((name, icon_paths(icon)) for name, icon in icons.items())
    return format_html_join("", '<symbol id="{}" viewBox="0 0 24 24">{}</symbol>', drawings)


def minute_of(moment: datetime) -> int:
    """The minute of the day that a wall clock shows."""
    return moment.hour * 60 + moment.minute


def minutes_between(start: datetime, end: datetime) -> int:
    """Whole minutes from one instant to another."""
    return int((end - start) / timedelta(minutes=1))


def _places(row: SheetRow) -> set[UUID | None]:
    """In the columns of which rooms and devices a visit stands."""
    return {row.room_id, *row.also_places}


def _opened(hours: Iterable[OpenHours], place: ZoneInfo) -> Mapping[Key, list[tuple[int, int]]]:
    found: dict[Key, list[tuple[int, int]]] = defaultdict(list)
    for one in hours:
        start, end = one.start.astimezone(place), one.end.astimezone(place)
        until = minute_of(end) if end.date() == start.date() else 1440
        found[one.practitioner_id, start.date()].append((minute_of(start), until))
    return found


def _window(visits: Iterable[list[SheetRow]], opened: Mapping[Key, list[tuple[int, int]]]) -> tuple[int, int]:
    """The hours to draw: the usual ones, and as far beyond as anything is."""
    starts = [minute_of(row.start) for rows in visits for row in rows]
    ends = [minute_of(row.start) + row.minutes for rows in visits for row in rows]
    starts += [start for spans in opened.values() for start, _end in spans]
    ends += [end for spans in opened.values() for _start, end in spans]
    opens = min([FIRST_HOUR * 60, *starts]) // 60
    closes = min(24, -(-max([LAST_HOUR * 60, *ends]) // 60))
    return opens, closes


def _entry(row: SheetRow, lane: int, count: int, *, is_place: bool) -> Entry:
    minutes = max(5, min(row.minutes, 1440 - minute_of(row.start)))
    first, tone = row_of(minute_of(row.start)), status_look(row.stage).tone
    classes = f"visit is-{tone} from-{first} span-{rows_spanned(minutes)}"
    if count > 1:
        classes += f" lane-{lane}-of-{count}"
    is_short = minutes < SHORT_MINUTES
    if is_short:
        classes += " is-short"
    if row.status in FIXED:
        classes += FIXED[row.status]
    with_whom = row.practitioner_name if is_place else ""
    what = " · ".join(part for part in (with_whom, row.service_name, row.reason) if part)
    return Entry(
        key=str(row.id),
        patient_id=row.patient_id,
        version=row.version,
        classes=classes,
        stage=row.stage,
        name=row.patient_name,
        # where there is one line only, the time is read from the hours beside it
        text=(with_whom or row.reason or row.service_name) if is_short else f"{row.clock} {what}",
        waiting_since=row.waiting_since.isoformat() if row.waiting_since else "",
    )


def _side_by_side(rows: list[SheetRow]) -> list[tuple[SheetRow, int, int]]:
    """Visits that overlap share the width: each with its place and how many places there are."""
    placed: list[tuple[SheetRow, int, int]] = []
    cluster: list[tuple[SheetRow, int]] = []
    ends: list[datetime] = []

    def close() -> None:
        count = min(len(ends), MOST_LANES)
        placed.extend((row, min(lane, count), count) for row, lane in cluster)

    for row in rows:
        if cluster and row.start >= max(ends):
            close()
            cluster, ends = [], []
        free = next((place for place, end in enumerate(ends) if end <= row.start), None)
        if free is None:
            free = len(ends)
            ends.append(row.end)
        else:
            ends[free] = row.end
        cluster.append((row, free + 1))
    close()
    return placed


def _free_entry(slot: Slot, start: datetime, way: str) -> FreeEntry:
    minutes = minutes_between(slot.start, slot.end)
    classes = f"calendar-free from-{row_of(minute_of(start))} span-{rows_spanned(minutes)}"
    return FreeEntry(classes, f"{start:%H:%M}", f"{way}&start={quote(f'{start:%Y-%m-%dT%H:%M%z}')}")


def _closed(opened: list[tuple[int, int]], start: int, end: int) -> list[str]:
    """The classes of what is not open between two minutes of the day."""
    closed = []
    at = start
    for begin, until in [*sorted(opened), (end, end)]:
        if begin > at:
            closed.append(f"calendar-off from-{row_of(at)} span-{rows_spanned(begin - at)}")
        at = max(at, until)
    return closed
