"""What became of an appointment: who made it, moved it, cancelled it, and when."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide

SHOWN = ("status", "practitioner_id", "location_id", "room_id")
_IDS = ("practitioner_id", "location_id", "room_id")

_VERSIONS = """
SELECT e.version, e.recorded_at, e.actor_role, u.name, h.content
FROM audit_event e
LEFT JOIN accounts_user u ON u.id = e.actor_id
LEFT JOIN audit_rowhistory h
       ON h.table_name = e.entity AND h.row_id = e.entity_id AND h.version = e.version
WHERE e.entity = 'scheduling_appointment' AND e.entity_id = %(id)s AND e.action IN ('C', 'U')
  AND e.organization_id = %(organization)s AND e.patient_id = %(patient)s
ORDER BY e.version
"""
_NAMES = """
SELECT id::text, trim(prefix || ' ' || given || ' ' || family) FROM directory_practitioner
WHERE id = ANY (%(ids)s::uuid[])
UNION ALL SELECT id::text, name FROM directory_location WHERE id = ANY (%(ids)s::uuid[])
"""


_MADE_BY = """
SELECT EXISTS (
    SELECT FROM audit_event
    WHERE entity = 'scheduling_appointment' AND entity_id = %(id)s AND version = %(version)s
      AND organization_id = %(organization)s AND patient_id = %(patient)s
      AND actor_id = %(actor)s AND recorded_at > %(since)s)
"""


@dataclass(frozen=True)
class Change:
    """One thing that became different: a field with what it was and is, in words or as instant."""

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class HistoryEntry:
    """One saving of the appointment."""

    at: datetime
    who: str
    role: str
    is_first: bool
    changes: tuple[Change, ...]


def appointment_history(actor: Actor, appointment: Appointment) -> list[HistoryEntry]:
    """Every saving, the latest first; two statements."""
    decide(actor, "read", appointment)
    values = {
        "id": appointment.id,
        "organization": appointment.organization_id,
        "patient": appointment.patient_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_VERSIONS, values)
        versions = cursor.fetchall()
        contents = [_content(row[4]) or _present(appointment) for row in versions]
        ids = {found[name] for found in contents for name in _IDS if found.get(name)}
        cursor.execute(_NAMES, {"ids": sorted(ids)})
        names: dict[str, str] = dict(cursor.fetchall())
    entries = []
    before: dict[str, Any] | None = None
    for (_, at, role, who, _), content in zip(versions, contents, strict=True):
        changes = tuple(_changes(before, content, names))
        if changes or before is None:
            entries.append(HistoryEntry(at, who or "", role, before is None, changes))
        before = content
    return entries[::-1]


def has_just_changed(appointment: Appointment, *, since: datetime, actor: Actor) -> bool:
    """Whether the actor himself made the appointment what it is, after an instant."""
    values: dict[str, Any] = {
        "id": appointment.id,
        "version": appointment.version,
        "organization": appointment.organization_id,
        "patient": appointment.patient_id,
        "actor": actor.user_id,
        "since": since,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MADE_BY, values)
        return bool(cursor.fetchone()[0])


def _content(text: Any) -> dict[str, Any] | None:
    if text is None:
        return None
    found: dict[str, Any] = json.loads(text) if isinstance(text, str) else text
    found["start"] = _instant(found.get("period_start"))
    return found


def _present(appointment: Appointment) -> dict[str, Any]:
    found: dict[str, Any] = {
        "status": appointment.status,
        "start": appointment.starts_at,
    }
    for name in _IDS:
        value = getattr(appointment, name)
        found[name] = str(value) if value else None
    return found


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _changes(before: dict[str, Any] | None, after: dict[str, Any], names: dict[str, str]) -> Iterator[Change]:
    old = before or {}
    for name in ("start", *SHOWN):
        if old.get(name) != after.get(name):
            yield Change(
                name.removesuffix("_id"),
                names.get(old.get(name) or "", old.get(name)) if name in _IDS else old.get(name),
                names.get(after.get(name) or "", after.get(name)) if name in _IDS else after.get(name),
            )
