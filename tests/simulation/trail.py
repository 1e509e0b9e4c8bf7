"""Changes and events of the audit trail, held against each other (A26)."""

import psycopg
from psycopg import sql

_AUDITED = "SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'capture_insert' ORDER BY 1"
# Every version that a row has had, and every event of a change: both sides name row and version.
_SIDES = """
WITH versions AS (
    SELECT id AS row_id, version FROM {table}
    UNION ALL
    SELECT row_id, version FROM audit_rowhistory WHERE table_name = {name}
), events AS (
    SELECT entity_id AS row_id, version, count(*) AS times FROM audit_event
    WHERE entity = {name} AND action IN ('C', 'U') GROUP BY 1, 2
)
SELECT count(*), count(*) FILTER (WHERE events.row_id IS NULL),
       count(*) FILTER (WHERE versions.row_id IS NULL), count(*) FILTER (WHERE events.times <> 1)
FROM versions FULL JOIN events USING (row_id, version)
"""
# The versions of a row run from 1 to the one that it has, none left out.
_GAPS = """
SELECT count(*) FROM {table} AS t
WHERE t.version <> 1 + (SELECT count(*) FROM audit_rowhistory WHERE table_name = {name} AND row_id = t.id)
"""


def changes(admin: psycopg.Connection) -> int:
    """How many changes the trail and the tables agree on; fails on a change without event or the reverse."""
    total, wrong = 0, []
    for (table,) in admin.execute(_AUDITED).fetchall():
        parts = {"table": sql.Identifier(table), "name": sql.Literal(table)}
        one = admin.execute(sql.SQL(_SIDES).format(**parts)).fetchone()
        (gaps,) = admin.execute(sql.SQL(_GAPS).format(**parts)).fetchone() or (0,)
        assert one is not None
        total += one[0]
        if any(one[1:]) or gaps:
            wrong.append(
                f"{table}: {one[1]} changes without event, {one[2]} events without change,"
                f" {one[3]} told more than once, {gaps} rows with a gap in their history"
            )
    assert wrong == []
    return total
