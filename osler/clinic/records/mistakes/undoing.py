"""Undoing the last step of an entry: what was recorded is taken back, what was ended lives again."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from osler.clinic.records.allergies.recording import active_allergies
from osler.clinic.records.errors import AllergiesExist, AlreadyRecorded, NothingToUndo, UnsafeMedication
from osler.clinic.records.medications.safety import alerts_against
from osler.clinic.records.medications.statements import TAKEN
from osler.clinic.records.mistakes.kinds import UNDONE, Entry, kind_of
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import (
    AllergyIntolerance,
    Condition,
    MedicationRequest,
    MedicationStatement,
    ServiceRequest,
)
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.clinic.records.orders.ordering import revoke_order
from osler.clinic.records.summary import LIVE
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.context import reasoned
from osler.foundation.terminology.medications import find_medication, medication_in
from osler.kernel.constraints import refusals
from osler.kernel.errors import Refusal, StaleVersion

LONGEST_REQUEST = timedelta(minutes=10)
# What the request that wrote this version of a row wrote in the same table, and what it replaced.
_STEP = """
SELECT e.entity_id, e.version, e.action, h.content - 'resource'
FROM audit_event own
JOIN audit_event e ON e.organization_id = own.organization_id AND e.patient_id = own.patient_id
     AND e.entity = own.entity AND e.request_id = own.request_id AND e.action IN ('C', 'U')
     AND e.recorded_at >= %(since)s
LEFT JOIN audit_rowhistory h
     ON h.table_name = e.entity AND h.row_id = e.entity_id AND h.version = e.version - 1
WHERE own.organization_id = %(organization)s AND own.patient_id = %(patient)s
  AND own.entity = %(table)s AND own.entity_id = %(row)s AND own.version = %(version)s
  AND own.action IN ('C', 'U') AND own.recorded_at >= %(since)s
"""


@dataclass(frozen=True)
class _Change:
    """One row of the step as it was before; None for one that the step recorded."""

    row: Any
    before: dict[str, Any] | None


def undo_step(row: Entry, *, version: int, actor: Actor) -> list[Entry]:
    """Undo the step that led to this version: an entry just recorded is marked as wrong (an order
    revoked), a wrong entry stands again, what was stopped or resolved is as it was, with all
    entries that the same step changed. Refused when anybody has changed it since."""
    kind = kind_of(row)
    decide(actor, kind.right, row)
    if version != row.version:
        raise StaleVersion(_("This has been changed in the meantime. Nothing was undone."))
    changes = _changes(row, actor=actor)
    if not changes:
        raise NothingToUndo
    undone = _take_back([change.row for change in changes if change.before is None], actor=actor)
    undone += _restore(row, [change for change in changes if change.before is not None], actor=actor)
    return undone


def _changes(row: Entry, *, actor: Actor) -> list[_Change]:
    """What the step changed, the entry first; nothing if the entry's change is not among it."""
    kind = kind_of(row)
    values: dict[str, Any] = {
        "organization": row.organization_id,
        "patient": row.patient_id,
        "table": row._meta.db_table,
        "row": row.id,
        "version": row.version,
        "since": row.updated_at - LONGEST_REQUEST,
    }
    with connection.cursor() as cursor:
        cursor.execute(_STEP, values)
        written: dict[tuple[UUID, int], str | None] = {
            (row_id, at): None if action == "C" else content
            for row_id, at, action, content in cursor.fetchall()
        }
    if (row.id, row.version) not in written:
        return []
    along = scoped(kind.model, actor, kind.right).filter(kind.along(row)).order_by("id")
    rows = [row, *along.exclude(pk=row.pk)]
    return [
        _Change(each, _content(written[each.id, each.version]))
        for each in rows
        if (each.id, each.version) in written
    ]


def _content(text: str | None) -> dict[str, Any] | None:
    found: dict[str, Any] | None = None if text is None else json.loads(text)
    return found


def _take_back(rows: list[Entry], *, actor: Actor) -> list[Entry]:
    """Mark what was just recorded; what went along with another is marked already."""
    undone: list[Entry] = []
    for row in rows:
        if row in undone:
            continue
        if isinstance(row, ServiceRequest):
            undone.append(revoke_order(row, reason=UNDONE, actor=actor))
        else:
            undone += enter_in_error(row, why=UNDONE, actor=actor)
    return undone


def _restore(own: Entry, changes: list[_Change], *, actor: Actor) -> list[Entry]:
    """Put back the states before. The entry itself must have room again; what went along with it
    stays as it is where there is none."""
    restored: list[Entry] = []
    for change in changes:
        try:
            _put_back(change, actor=actor)
        except Refusal:
            if change.row == own:
                raise
        else:
            restored.append(change.row)
    with reasoned(UNDONE), refusals():
        for row in restored:
            row.save()
    return restored


def _put_back(change: _Change, *, actor: Actor) -> None:
    """Set only what a step of ours may have changed."""
    row, before = change.row, change.before or {}
    kind = kind_of(row)
    former = {name: row._meta.get_field(name).to_python(before[name]) for name in kind.columns}
    is_same = all(getattr(row, name) == value for name, value in former.items())
    if is_same or kind.standing(row) not in kind.undoable:
        raise NothingToUndo
    for name, value in former.items():
        setattr(row, name, value)
    _require_room(row, actor=actor)


def _require_room(row: Entry, *, actor: Actor) -> None:
    """Refuse to bring back what stands against what was recorded since."""
    if kind_of(row).is_wrong(row):
        return
    if isinstance(row, AllergyIntolerance):
        _require_room_for_allergy(row, actor=actor)
    elif isinstance(row, MedicationRequest) and row.status in ("active", "on-hold"):
        found = (find_medication(row.code) if row.code else None) or medication_in(row.display)
        alerts = alerts_against(row.patient, medication=found, actor=actor) if found else []
        if any(alert.interrupts for alert in alerts) and not row.override_reason:
            raise UnsafeMedication(alerts)
    elif isinstance(row, MedicationStatement) and row.status in TAKEN:
        same = Q(display__iexact=row.display, status__in=TAKEN)
        _require_no_other(row, same, actor=actor)
    elif isinstance(row, Condition) and row.clinical_status in LIVE:
        same = Q(category=row.category, system=row.system, code=row.code, display=row.display)
        if row.category == Condition.Category.ENCOUNTER:
            same &= Q(encounter_id=row.encounter_id)
        _require_no_other(row, same & Q(clinical_status__in=LIVE), actor=actor)


def _require_no_other(row: Entry, same: Q, *, actor: Actor) -> None:
    standing = scoped(type(row), actor).filter(same, patient_id=row.patient_id)
    if standing.exclude(pk=row.pk).exists():
        raise AlreadyRecorded


def _require_room_for_allergy(row: AllergyIntolerance, *, actor: Actor) -> None:
    if row.clinical_status not in ("active", ""):
        return
    for other in active_allergies(row.patient, actor=actor).exclude(pk=row.pk):
        if NO_KNOWN_ALLERGY in (row.code, other.code) and row.code != other.code:
            raise AllergiesExist if row.code == NO_KNOWN_ALLERGY else AlreadyRecorded
        if (other.system, other.code, other.display) == (row.system, row.code, row.display):
            raise AlreadyRecorded
