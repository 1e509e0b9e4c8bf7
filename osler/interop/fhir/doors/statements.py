"""One round trip for a request: who acts, the statement and its audit event travel together.

The two statements of a pipeline are one implicit transaction (PostgreSQL, “Pipelining”), so that
what `acting` says with SET LOCAL holds for the second and for nothing else.
"""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.db.utils import DatabaseErrorWrapper
from psycopg import Cursor

from osler.foundation.audit.access import count_recorded
from osler.interop.fhir.doors.tokens import Caller

_SET = """
SELECT set_config('app.org', %s, true), set_config('app.actor', %s, true),
       set_config('app.role', %s, true), set_config('app.patient', %s, true),
       set_config('app.reason', '', true), set_config('app.request', %s, true)
"""

# The patients of all rows of a common table expression, for the event of a list.
PATIENTS_OF = (
    "coalesce((SELECT array_agg(DISTINCT s.patient_id) FROM {} s WHERE s.patient_id IS NOT NULL), '{{}}')"
)
# The event of a read is written by the statement that reads (A29): nothing shown without it.
EVENT = """
INSERT INTO audit_event (action, entity, entity_id, patient_id, patient_ids, detail)
SELECT 'R', {entity}, {entity_id}, {patient_id}, {patient_ids}, %s FROM (VALUES (1)) AS once {source}
"""


def acting_values(caller: Caller) -> list[str]:
    """What the database is told of the caller."""
    actor = caller.actor
    return [
        str(actor.organization_id or ""),
        str(actor.user_id or ""),
        actor.role_name,
        str(actor.patient_id or ""),
        str(caller.request_id),
    ]


def run(caller: Caller, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """The rows of one statement, run as the caller in a transaction of its own."""
    if "INSERT INTO audit_event" in sql:
        count_recorded()
    connection.ensure_connection()
    raw = connection.connection
    if transaction.get_connection().in_atomic_block:  # tests, and reads inside a Bundle
        with connection.cursor() as cursor:
            cursor.execute(_SET, acting_values(caller))
            cursor.execute(sql, list(values))
            return list(cursor.fetchall())
    with DatabaseErrorWrapper(connection):
        with raw.pipeline():
            # Django's own cursors bind on the client, which PostgreSQL would plan anew each time.
            Cursor(raw).execute(_SET, acting_values(caller), prepare=True)
            found = Cursor(raw).execute(sql, list(values), prepare=True)
        return list(found.fetchall())
