"""How full the days of a month are: visits counted, and how much of the working time is still free."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Count
from django.db.models.functions import TruncDate

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import day_bounds
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import Location
from osler.kernel import clock

# Past time is no longer free, and what is held for a while counts as held.
_OPEN_AND_FREE = """
WITH kept AS (
    SELECT s.id, s.practitioner_id FROM scheduling_schedule s
    WHERE s.active AND (%(site)s::uuid IS NULL OR s.location_id = %(site)s)
      AND s.practitioner_id = ANY (%(practitioners)s)),
held AS (
    SELECT r.resource_id, range_agg(r.period) AS held FROM scheduling_reservation r
    WHERE r.resource_id = ANY (%(practitioners)s) AND r.period_end > %(start)s
      AND r.period && tstzrange(%(start)s, %(end)s) AND (r.held_until IS NULL OR r.held_until > %(now)s)
    GROUP BY 1),
times AS (
    SELECT o.open * tstzmultirange(tstzrange(%(start)s, %(end)s)) AS open, coalesce(held.held, '{}') AS held
    FROM scheduling_open_of(ARRAY(SELECT id FROM kept), tstzrange(%(start)s, %(end)s)) AS o
    JOIN kept ON kept.id = o.schedule LEFT JOIN held ON held.resource_id = kept.practitioner_id),
parts AS (
    SELECT unnest(open) AS part, false AS is_free FROM times
    UNION ALL SELECT unnest(open - held), true FROM times)
SELECT (lower(part) AT TIME ZONE %(zone)s)::date,
       (sum(extract(epoch FROM upper(part) - lower(part))) FILTER (WHERE NOT is_free) / 60)::integer,
       coalesce(sum(extract(epoch FROM upper(part) - lower(part))) FILTER (WHERE is_free) / 60, 0)::integer
FROM parts GROUP BY 1
"""


@dataclass(slots=True)
class DayLoad:
    """A day's visits, and the minutes of work that are planned and still free from now on."""

    visits: int = 0
    open_minutes: int = 0
    free_minutes: int = 0

    @property
    def free_percent(self) -> int | None:
        """How much of the time that is left is free; None if nobody works (any more)."""
        return round(100 * self.free_minutes / self.open_minutes) if self.open_minutes else None


def month_load(
    actor: Actor,
    *,
    first: date,
    last: date,
    zone: str,
    site: Location | None = None,
    practitioners: Iterable[UUID] = (),
) -> dict[date, DayLoad]:
    """The days between two (both included) on which there is anything; two statements."""
    start, end = day_bounds(first, zone=zone)[0], day_bounds(last, zone=zone)[1]
    wanted = list(practitioners)
    found = _counted(actor, start, end, zone=zone, site=site, practitioners=wanted)
    now = clock.now()
    if (since := max(start, now)) < end:
        values = {
            "site": site.id if site else None,
            "practitioners": wanted,
            "start": since,
            "end": end,
            "now": now,
            "zone": zone,
        }
        with connection.cursor() as cursor:
            cursor.execute(_OPEN_AND_FREE, values)
            for day, open_minutes, free_minutes in cursor:
                load = found.setdefault(day, DayLoad())
                load.open_minutes, load.free_minutes = open_minutes, free_minutes
    return found


def _counted(
    actor: Actor,
    start: datetime,
    end: datetime,
    *,
    zone: str,
    site: Location | None,
    practitioners: list[UUID],
) -> dict[date, DayLoad]:
    visits = scoped(Appointment, actor).starting_in(start, end)  # type: ignore[attr-defined]
    agreed = Appointment.HOLDING - {Appointment.Status.PENDING}
    visits = visits.filter(status__in=agreed, practitioner__in=practitioners)
    if site is not None:
        visits = visits.filter(location=site)
    by_day = (
        visits.annotate(day=TruncDate("period_start", tzinfo=ZoneInfo(zone)))
        .order_by()
        .values("day")
        .annotate(count=Count("id"))
    )
    return {row["day"]: DayLoad(visits=row["count"]) for row in by_day}
