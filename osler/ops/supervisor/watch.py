"""The watch over the schema: what an administrator of PostgreSQL sets up once (PROMISES A28)."""

from pathlib import Path
from typing import Any

SQL = Path(__file__).parents[1] / "sql" / "watch.sql"
TRIGGERS = ("osler_watch_change", "osler_watch_drop")


def watch_changes(database: Any) -> bool:
    """Have each change of the schema noted in the audit trail; False where that takes a superuser."""
    with database.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        (is_superuser,) = cursor.fetchone()
        if is_superuser:
            cursor.execute(SQL.read_text())
    return bool(is_superuser)


def is_watched(database: Any) -> bool:
    """Whether every change of the schema leaves its note, by a function that the owner cannot touch."""
    with database.cursor() as cursor:
        cursor.execute(
            "SELECT evtname FROM pg_event_trigger JOIN pg_proc p ON p.oid = evtfoid"
            " JOIN pg_roles holder ON holder.oid = proowner"
            " WHERE evtenabled = 'A' AND prosecdef AND rolsuper AND prosrc = %s",
            [SQL.read_text().split("$$")[1]],
        )
        return {name for (name,) in cursor.fetchall()} >= set(TRIGGERS)
