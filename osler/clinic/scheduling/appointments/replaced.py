"""The row of an appointment that a version of it replaced, as the database keeps it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

_REPLACED = """
SELECT content FROM audit_rowhistory
WHERE table_name = 'scheduling_appointment' AND row_id = %s AND version = %s
"""
KEYS = ("practitioner_id", "location_id", "room_id")
LISTS = ("also_people", "also_places")


def replaced_row(appointment_id: UUID, *, version: int) -> dict[str, Any] | None:
    """The values of the row before this version of it; None for the first."""
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [appointment_id, version - 1])
        row = cursor.fetchone()
    if row is None:
        return None
    found: dict[str, Any] = json.loads(row[0]) if isinstance(row[0], str) else row[0]
    for name in ("period_start", "period_end", "confirmed_at"):
        found[name] = datetime.fromisoformat(found[name]) if found[name] else None
    for name in KEYS:
        found[name] = UUID(found[name]) if found[name] else None
    for name in LISTS:
        found[name] = [UUID(one) for one in found[name]]
    return found
