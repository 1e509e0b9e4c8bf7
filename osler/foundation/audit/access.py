"""Access events: what was read, by whom, written in the transaction that reads it."""

from collections.abc import Iterable
from contextvars import ContextVar
from uuid import UUID

from django.db import connection, models

_recorded: ContextVar[int] = ContextVar("recorded", default=0)

_RECORD = """
INSERT INTO audit_event (action, entity, entity_id, patient_id, patient_ids, detail)
VALUES (%s, %s, %s, %s, %s::uuid[], %s)
"""


def recorded_count() -> int:
    """How many access events this request has written."""
    return _recorded.get()


def reset_recorded() -> None:
    """Begin a request: nothing has been recorded yet."""
    _recorded.set(0)


def count_recorded() -> None:
    """An access event was written: also by a statement that reads and records in one."""
    _recorded.set(_recorded.get() + 1)


def record_access(
    entity: type[models.Model] | str,
    *,
    patient: UUID | None = None,
    entity_id: UUID | None = None,
    patients: Iterable[UUID] = (),
    action: str = "R",
    detail: str = "",
) -> None:
    """Write that rows were shown, or that something was done (FHIR R4 AuditEvent.action: R or E).

    Who, for whom and when is the database's to say; what was changed its triggers write.
    One event a view: for a list give `patients`, all that are shown. If this fails, the page
    fails: what cannot be audited is not shown.
    """
    name = entity if isinstance(entity, str) else entity._meta.db_table
    shown = list(dict.fromkeys(patients))
    with connection.cursor() as cursor:
        cursor.execute(_RECORD, [action, name, entity_id, patient, shown, detail[:500]])
    count_recorded()
