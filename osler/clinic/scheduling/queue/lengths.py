"""How long visits take from door to door: out of the instants of the appointments, and of nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.utils.dates import WEEKDAYS

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import day_bounds
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import Location

BY = ("weekday", "clinician", "queue")
_STRETCHES = (
    ("waiting", "arrived_at", "coalesce(a.roomed_at, a.started_at)"),
    ("room", "roomed_at", "a.started_at"),
    ("clinician", "started_at", "a.finished_at"),
    ("whole", "arrived_at", "a.finished_at"),
)
STRETCHES = tuple(name for name, _since, _until in _STRETCHES)
"""Waiting, alone in the room, with the clinician, from the door to the door."""
_GROUPS = {
    "weekday": "(extract(isodow FROM a.arrived_at AT TIME ZONE %(zone)s) - 1)::text",
    "clinician": "coalesce(trim(p.prefix || ' ' || p.given || ' ' || p.family), '')",
    "queue": "coalesce(q.letter || ' · ' || q.name, '')",
}
_FIGURES = ", ".join(
    f"count(*) FILTER (WHERE {until} >= a.{since}), "
    + ", ".join(
        f"percentile_cont({share}) WITHIN GROUP (ORDER BY extract(epoch FROM {until} - a.{since}) / 60)"
        f" FILTER (WHERE {until} >= a.{since})"
        for share in (0.5, 0.9)
    )
    for _name, since, until in _STRETCHES
)
_LENGTHS = """
SELECT {group} AS grouped, {figures}
FROM scheduling_appointment a
LEFT JOIN directory_practitioner p ON p.id = a.practitioner_id
LEFT JOIN LATERAL (SELECT queue_id FROM scheduling_queueentry WHERE appointment_id = a.id
                   ORDER BY day DESC LIMIT 1) AS e ON true
LEFT JOIN scheduling_queue q ON q.id = e.queue_id
WHERE a.organization_id = %(organization)s AND a.status IN ('arrived', 'checked-in', 'fulfilled')
  AND a.period_start >= %(start)s AND a.period_start < %(end)s AND a.arrived_at IS NOT NULL
  AND (%(site)s::uuid IS NULL OR a.location_id = %(site)s)
GROUP BY grouped ORDER BY grouped
"""


@dataclass(frozen=True)
class Figures:
    """Of one stretch: how many visits were measured, the minutes of half and of nine in ten of them."""

    count: int
    median: int | None
    most: int | None


@dataclass(frozen=True)
class Lengths:
    """A line: a day of the week, a clinician or a queue (empty: none), and its stretches in their order."""

    name: str
    figures: Sequence[Figures]


def visit_lengths(
    actor: Actor, *, first: date, last: date, zone: str, site: Location | None = None, by: str = "weekday"
) -> list[Lengths]:
    """The lengths of the visits that began in a span of days; one statement."""
    decide(actor, "read", Appointment)
    start, _next = day_bounds(first, zone=zone)
    _first, end = day_bounds(last, zone=zone)
    values = {
        "organization": actor.organization_id,
        "zone": zone,
        "start": start,
        "end": end,
        "site": site.id if site else None,
    }
    statement = _LENGTHS.format(group=_GROUPS[by], figures=_FIGURES)  # words of ours; values are bound
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return [
        Lengths(_name(row[0], by), [_figures(row[at : at + 3]) for at in range(1, len(row), 3)])
        for row in rows
    ]


def _name(text: str, by: str) -> str:
    return str(WEEKDAYS[int(text)]) if by == "weekday" else text


def _figures(found: Sequence[float | None]) -> Figures:
    count, half, most = found
    rounded = [None if one is None else round(one) for one in (half, most)]
    return Figures(int(count or 0), *rounded)
