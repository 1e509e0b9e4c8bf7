"""What became of a clinician's hours and absences: who noted, changed, took back what, and when."""

import json
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection

from osler.clinic.scheduling.models import Schedule
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.directory.models import Practitioner

MOST = 60

_ENTRIES = """
WITH plan AS (
    SELECT 'scheduling_schedule' AS entity, s.id, to_jsonb(s) AS content, s.location_id
    FROM scheduling_schedule s WHERE s.practitioner_id = %(practitioner)s
    UNION ALL
    SELECT 'scheduling_weeklyhours', h.id, to_jsonb(h), s.location_id
    FROM scheduling_weeklyhours h JOIN scheduling_schedule s ON s.id = h.schedule_id
    WHERE s.practitioner_id = %(practitioner)s
    UNION ALL
    SELECT 'scheduling_absence', a.id, to_jsonb(a), NULL
    FROM scheduling_absence a WHERE a.practitioner_id = %(practitioner)s
)
SELECT e.recorded_at, u.name, e.actor_role, plan.entity, coalesce(l.name, ''), e.version = 1,
       coalesce(now.content, plan.content), before.content
FROM plan
JOIN audit_event e ON e.entity = plan.entity AND e.entity_id = plan.id
LEFT JOIN directory_location l ON l.id = plan.location_id
LEFT JOIN accounts_user u ON u.id = e.actor_id
LEFT JOIN audit_rowhistory now
       ON now.table_name = e.entity AND now.row_id = e.entity_id AND now.version = e.version
LEFT JOIN audit_rowhistory before
       ON before.table_name = e.entity AND before.row_id = e.entity_id AND before.version = e.version - 1
WHERE e.organization_id = %(organization)s AND e.patient_id IS NULL AND e.action IN ('C', 'U')
ORDER BY e.recorded_at DESC, e.id DESC LIMIT %(most)s
"""


@dataclass(frozen=True)
class PlanEntry:
    """One saving: of a `schedule`, of `weeklyhours` or of an `absence`, as it was from then on."""

    at: datetime
    who: str
    role: str
    thing: str
    site: str
    is_first: bool
    is_taken_back: bool
    is_restored: bool
    content: dict[str, Any]

    @property
    def weekday(self) -> int:
        """The day of the week of hours, Monday is 0."""
        return int(self.content["weekday"])

    @property
    def clocks(self) -> tuple[time, time]:
        """From when to when hours are."""
        return time.fromisoformat(self.content["starts"]), time.fromisoformat(self.content["ends"])

    @property
    def validity(self) -> tuple[date | None, date | None]:
        """The first day on which hours hold, and the day after the last."""
        first, _, after = self.content["valid_period"].strip("[]()").partition(",")
        return (
            date.fromisoformat(first) if first else None,
            date.fromisoformat(after) if after else None,
        )

    @property
    def instants(self) -> tuple[datetime, datetime]:
        """When an absence begins and ends."""
        start, _, end = self.content["period"].strip("[]()").partition(",")
        return datetime.fromisoformat(start.strip('"')), datetime.fromisoformat(end.strip('"'))


def plan_history(practitioner: Practitioner, *, actor: Actor) -> list[PlanEntry]:
    """The latest savings of somebody's schedules, hours and absences, the latest first."""
    decide(actor, "read", Schedule)
    decide(actor, "read", practitioner)
    values: dict[str, Any] = {
        "practitioner": practitioner.id,
        "organization": practitioner.organization_id,
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ENTRIES, values)
        return [_entry(*row) for row in cursor]


def _entry(  # noqa: PLR0913  the columns of the statement
    at: datetime, who: str | None, role: str, entity: str, site: str, is_first: bool, now: Any, before: Any
) -> PlanEntry:
    content, former = _content(now) or {}, _content(before)
    was_active = former is None or former["active"]
    return PlanEntry(
        at=at,
        who=who or "",
        role=role,
        thing=entity.removeprefix("scheduling_"),
        site=site,
        is_first=is_first,
        is_taken_back=bool(was_active and not content["active"]),
        is_restored=bool(not was_active and content["active"]),
        content=content,
    )


def _content(found: Any) -> dict[str, Any] | None:
    """A row as it was; rows of old know nothing of being taken back."""
    if found is None:
        return None
    row: dict[str, Any] = json.loads(found) if isinstance(found, str) else found
    return {"active": True, **row}
