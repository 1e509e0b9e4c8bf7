"""Who waits at a site, in which order, and how long it has taken lately."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from osler.clinic.scheduling.models import Appointment, QueueEntry, Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Location
from osler.kernel import clock

HERE = (Appointment.Status.ARRIVED, Appointment.Status.CHECKED_IN)
COUNTED, FEWEST = 10, 5
"""A wait is told from the last ten that ended today, and not at all from fewer than five."""
ROUNDED_TO = 5
_HEAVY = (
    "appointment__resource",
    "patient__resource",
    "appointment__practitioner__resource",
    "room__resource",
)
_VERSIONS = """
SELECT e.recorded_at, u.name, h.content
FROM audit_event e
LEFT JOIN accounts_user u ON u.id = e.actor_id
LEFT JOIN audit_rowhistory h
       ON h.table_name = e.entity AND h.row_id = e.entity_id AND h.version = e.version
WHERE e.entity = 'scheduling_queueentry' AND e.entity_id = %(id)s AND e.action IN ('C', 'U')
  AND e.organization_id = %(organization)s AND e.patient_id = %(patient)s
ORDER BY e.version
"""


@dataclass
class WaitingRoom:
    """Who is here: waiting in the order in which they are to be called, being called, and in rooms."""

    waiting: list[QueueEntry] = field(default_factory=list)
    called: list[QueueEntry] = field(default_factory=list)
    in_rooms: list[QueueEntry] = field(default_factory=list)

    def of(self, queue_id: UUID) -> "WaitingRoom":
        """Those of one queue."""
        parts = (self.waiting, self.called, self.in_rooms)
        return WaitingRoom(*([one for one in part if one.queue_id == queue_id] for part in parts))

    def all(self) -> list[QueueEntry]:
        """Everybody, whose names are shown."""
        return [*self.called, *self.waiting, *self.in_rooms]


@dataclass(frozen=True)
class PriorityChange:
    """How urgent somebody was said to be, by whom and why."""

    at: datetime
    who: str
    priority: int
    reason: str

    @property
    def label(self) -> str:
        return str(QueueEntry.Priority(self.priority).label)


def waiting_room(actor: Actor, *, site: Location) -> WaitingRoom:
    """Everybody of a site who has come and is not done; one statement."""
    now = clock.now()
    found = scoped(QueueEntry, actor).filter(site=site, day=today_at(site), appointment__status__in=HERE)
    rows = found.select_related(
        "appointment__service", "appointment__practitioner", "patient", "queue", "room", "caller"
    ).defer(*_HEAVY)
    room = WaitingRoom()
    for entry in sorted(rows, key=lambda one: one.order_at(now)):
        if entry.appointment.status == Appointment.Status.CHECKED_IN:
            room.in_rooms.append(entry)
        elif entry.called_at is not None and entry.answered_at is None:
            room.called.append(entry)
        else:
            room.waiting.append(entry)
    room.called.sort(key=lambda one: one.called_at or now)
    room.in_rooms.sort(key=lambda one: one.appointment.roomed_at or now)
    return room


def usual_waits(actor: Actor, *, site: Location) -> dict[UUID, int]:
    """About how many minutes one waits in each queue of a site: the median of the last waits of the day.
    A queue that is missing has had too few to say."""
    rows = (
        scoped(QueueEntry, actor)
        .filter(site=site, day=today_at(site), appointment__roomed_at__isnull=False)
        .order_by("-appointment__roomed_at", "id")
        .values_list(
            "queue_id",
            "appointment__arrived_at",
            "appointment__roomed_at",
            "appointment__period_start",
            "appointment__is_walk_in",
        )[:200]
    )
    waits: dict[UUID, list[timedelta]] = defaultdict(list)
    for queue_id, arrived, roomed, start, is_walk_in in rows:
        if arrived is not None and roomed is not None and len(waits[queue_id]) < COUNTED:
            since = arrived if is_walk_in else max(arrived, start)
            waits[queue_id].append(max(roomed - since, timedelta(0)))
    return {key: about_minutes(found) for key, found in waits.items() if len(found) >= FEWEST}


def about_minutes(waits: Iterable[timedelta]) -> int:
    """The median of some waits, as one would say it: up to the next five minutes."""
    minutes = median(one / timedelta(minutes=1) for one in waits)
    return max(1, -(-int(minutes) // ROUNDED_TO)) * ROUNDED_TO


def priority_history(actor: Actor, entry: QueueEntry) -> list[PriorityChange]:
    """Each time somebody said how urgent it is, the latest first; the number itself was drawn before them."""
    decide(actor, "read", entry)
    values = {"id": entry.id, "organization": entry.organization_id, "patient": entry.patient_id}
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, values)
        versions = cursor.fetchall()
    changes: list[PriorityChange] = []
    before: tuple[int, str] = (0, "")
    for at, who, text in versions:
        content = _content(text, entry)
        now = (content["priority"], content["priority_reason"])
        if now != before:
            changes.append(PriorityChange(at, who or "", *now))
        before = now
    return changes[::-1]


def own_sites(actor: Actor) -> set[UUID]:
    """Where the actor works: at one site, or where he keeps a calendar; nothing is said of anybody else."""
    if actor.facility_id is not None:
        return {actor.facility_id}
    if actor.practitioner_id is None:
        return set()
    kept = scoped(Schedule, actor).filter(practitioner=actor.practitioner_id, active=True)
    return set(kept.values_list("location_id", flat=True))


def today_at(site: Location) -> date:
    """The day that it is on the wall of a site."""
    return clock.today(ZoneInfo(site.zone))


def _content(text: Any, entry: QueueEntry) -> dict[str, Any]:
    """A row as it was; the present one is in no history yet."""
    if text is None:
        return {"priority": entry.priority, "priority_reason": entry.priority_reason}
    found: dict[str, Any] = json.loads(text) if isinstance(text, str) else text
    return found
