"""Free time: what can be booked, computed where the bookings are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.backends.utils import CursorWrapper

from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel import clock
from osler.kernel.names import titled_name

FARTHEST = timedelta(days=120)
_FREE_SLOTS = """
SELECT * FROM scheduling_free_slots(
    %(practitioners)s, %(location)s, %(service)s, %(minutes)s, %(start)s, %(end)s,
    %(weekdays)s, %(clock_from)s, %(clock_until)s, %(moment)s, %(most)s)
"""
_FREE_PAIRS = _FREE_SLOTS.replace("scheduling_free_slots", "scheduling_free_pairs")


@dataclass(frozen=True, slots=True)
class Slot:
    """A time with a clinician at a place: offered because free, or wished for by hand."""

    practitioner_id: UUID
    location_id: UUID | None
    start: datetime
    end: datetime
    zone: str
    room_id: UUID | None = None
    practitioner_name: str = ""
    location_name: str = ""

    @property
    def local_start(self) -> datetime:
        """The start on the wall clock of the place."""
        return self.start.astimezone(ZoneInfo(self.zone))

    @property
    def clock(self) -> str:
        """What the clock on that wall reads, `09:20`."""
        return f"{self.local_start:%H:%M}"


def slot_at(
    start: datetime,
    *,
    practitioner: Practitioner,
    location: Location,
    minutes: int,
    room: Location | None = None,
) -> Slot:
    """The slot of that many minutes that somebody asks for, free or not."""
    return Slot(
        practitioner_id=practitioner.id,
        location_id=location.id,
        start=start,
        end=start + timedelta(minutes=minutes),
        zone=location.zone,
        room_id=room.id if room else None,
        practitioner_name=str(practitioner),
        location_name=location.name,
    )


@dataclass(frozen=True, slots=True)
class Preference:
    """On which days of the week (0 is Monday) and between which readings of the clock; all if unsaid."""

    weekdays: frozenset[int] = frozenset()
    since: time | None = None
    until: time | None = None


AT_ANY_TIME = Preference()


def free_slots(  # noqa: PLR0913  what one may ask for
    practitioners: Iterable[Practitioner | UUID] | None = None,
    *,
    start: datetime,
    end: datetime,
    service: HealthcareService | None = None,
    location: Location | UUID | None = None,
    minutes: int | None = None,
    preference: Preference = AT_ANY_TIME,
    limit: int = 100,
) -> list[Slot]:
    """The first free slots between two instants, never in the past, the earliest first.

    Without practitioners, of all of them; as long as `minutes`, else as the service, else as each
    schedule's slots. What a service needs is free as well, buffers included, or a place is left in a
    group, and so is another visit that it needs before it. One statement; it reads no patient's data, so
    staff and portal get the same answer, and what it shows can be booked.
    """
    now = clock.now()
    start = max(start, now)
    if start >= end:
        return []
    wanted = None if practitioners is None else [_id_of(one) for one in practitioners]
    values: dict[str, Any] = {
        "practitioners": wanted,
        "location": _id_of(location) if location else None,
        "service": service.id if service else None,
        "minutes": minutes or (service.duration_minutes if service else None),
        "start": start,
        "end": end,
        "weekdays": sorted(preference.weekdays) or None,
        "clock_from": preference.since,
        "clock_until": preference.until,
        "moment": now,
        "most": limit,
    }
    is_pair = service is not None and service.needs_before_id is not None
    with connection.cursor() as cursor:
        cursor.execute(_FREE_PAIRS if is_pair else _FREE_SLOTS, values)
        return slots_in(cursor)


def slots_in(rows: CursorWrapper) -> list[Slot]:
    """The slots that the calendar has answered."""
    names = [column.name for column in rows.description or ()]
    return [_slot(dict(zip(names, row, strict=True))) for row in rows]


def next_free_slots(  # noqa: PLR0913  what one may ask for
    practitioners: Iterable[Practitioner | UUID] | None = None,
    *,
    service: HealthcareService | None = None,
    location: Location | UUID | None = None,
    minutes: int | None = None,
    preference: Preference = AT_ANY_TIME,
    after: datetime | None = None,
    limit: int = 3,
) -> list[Slot]:
    """The next free slots within four months of now (or of a later instant)."""
    start = max(after or clock.now(), clock.now())
    return free_slots(
        practitioners,
        start=start,
        end=start + FARTHEST,
        service=service,
        location=location,
        minutes=minutes,
        preference=preference,
        limit=limit,
    )


def next_free_slot(
    practitioners: Iterable[Practitioner | UUID] | None = None,
    *,
    service: HealthcareService | None = None,
    location: Location | UUID | None = None,
    after: datetime | None = None,
) -> Slot | None:
    """The next free slot, or None within four months."""
    found = next_free_slots(practitioners, service=service, location=location, after=after, limit=1)
    return found[0] if found else None


def _id_of(thing: Practitioner | Location | UUID) -> UUID:
    return thing if isinstance(thing, UUID) else thing.id


def _slot(row: dict[str, object]) -> Slot:
    name = titled_name(
        prefix=str(row.pop("prefix")),
        given=str(row.pop("given")),
        family=str(row.pop("family")),
        suffix=str(row.pop("suffix")),
    )
    return Slot(practitioner_name=name, **row)  # type: ignore[arg-type]
