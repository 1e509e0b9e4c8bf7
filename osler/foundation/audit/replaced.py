"""Rows as they were: the database keeps what each version replaced, for an Undo."""

from typing import TypeVar
from uuid import UUID

from osler.foundation.audit.rows import Row

Kept = TypeVar("Kept", bound=Row)

_REPLACED = """
SELECT (jsonb_populate_record(NULL::{table}, content)).* FROM audit_rowhistory
WHERE table_name = %s AND row_id = %s AND version = %s
"""


def replaced_row(kind: type[Kept], key: UUID, *, version: int) -> Kept | None:
    """The row that this version of it replaced; None for the first version. It is to be read, not saved."""
    table = kind._meta.db_table
    rows = kind._default_manager.raw(_REPLACED.format(table=table), [table, key, version - 1])
    return next(iter(rows), None)
