"""Sealing what already lies in a table: for migrations, which run as the owner, once, in one transaction."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

ROWS_AT_ONCE = 1000


@contextmanager
def laid_open(cursor: Any, tables: Sequence[str]) -> Iterator[None]:
    """All tenants' rows at hand and no trigger at work: no history keeps what is being sealed, and no
    version changes, because nothing is said anew."""
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def in_batches(cursor: Any, sql: str, values: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a statement whose first column is the key, some at a time; `sql` takes the last key."""
    last: Any = "00000000-0000-0000-0000-000000000000"
    while True:
        cursor.execute(f"{sql} LIMIT {ROWS_AT_ONCE}", [*values, last])
        rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        last = rows[-1][0]
