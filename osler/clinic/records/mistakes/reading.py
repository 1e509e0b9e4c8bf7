"""What was marked as wrong in a chart: by whom, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from osler.clinic.patients.models import Patient
from osler.clinic.records.mistakes.kinds import KINDS, WORDS, Entry
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

MOST = 100
# Who wrote the present version of some rows.
_WRITTEN = """
SELECT e.entity_id, e.recorded_at, e.reason, u.name
FROM unnest(%(rows)s::uuid[], %(versions)s::int[]) AS marked (id, version)
JOIN audit_event e ON e.entity_id = marked.id AND e.version = marked.version
LEFT JOIN accounts_user u ON u.id = e.actor_id
WHERE e.organization_id = %(organization)s AND e.patient_id = %(patient)s
  AND e.action IN ('C', 'U') AND e.recorded_at >= %(since)s
"""


@dataclass(frozen=True)
class Mark:
    """A wrong entry; `why` in words, empty where nobody gave a reason."""

    kind: str
    row: Any
    at: datetime
    who: str
    why: str

    @property
    def is_ours(self) -> bool:
        """Whether it was marked here; what came in as wrong was never right."""
        return bool(self.row.version > 1)


def wrong_entries(patient: Patient, *kinds: str, actor: Actor) -> list[Mark]:
    """The wrong entries of some kinds, the latest first; one statement a kind, and one for all."""
    found = [(kind, row) for kind in kinds for row in _marked(patient, kind, actor=actor)]
    if not found:
        return []
    written = _written(patient, [row for _, row in found])
    marks = []
    for kind, row in found:
        at, reason, who = written.get(row.id, (row.updated_at, "", ""))
        marks.append(Mark(kind, row, at, who or "", str(WORDS.get(reason, ""))))
    return sorted(marks, key=lambda mark: mark.at, reverse=True)


def _marked(patient: Patient, name: str, *, actor: Actor) -> list[Entry]:
    kind = KINDS[name]
    said = {column: value for column, value in kind.wrong.items() if value}
    rows = scoped(kind.model, actor).filter(patient=patient, **said).defer("resource")
    if name == "vital":
        rows = rows.filter(category="vital-signs").prefetch_related("components")
    return list(rows.order_by("-updated_at")[:MOST])


def _written(patient: Patient, rows: list[Entry]) -> dict[UUID, tuple[datetime, str, str | None]]:
    values: dict[str, Any] = {
        "rows": [row.id for row in rows],
        "versions": [row.version for row in rows],
        "organization": patient.organization_id,
        "patient": patient.id,
        "since": min(row.updated_at for row in rows),
    }
    with connection.cursor() as cursor:
        cursor.execute(_WRITTEN, values)
        return {row_id: (at, reason, who) for row_id, at, reason, who in cursor.fetchall()}
