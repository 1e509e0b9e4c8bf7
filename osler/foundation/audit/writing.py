"""Writing many rows at once, each with its FHIR text; triggers and walls are at work as ever.

PostgreSQL refuses COPY into a table with row-level security, so the rows are copied into a
temporary table and inserted from there in one statement.
"""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import connection, models
from django.db.models import Field
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

from osler.foundation.audit.rows import represented

RowType = TypeVar("RowType", bound=models.Model)

STAGE = "CREATE TEMPORARY TABLE staging ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
MOVE = "INSERT INTO {table} ({columns}) SELECT {columns} FROM staging; DROP TABLE staging"


def write(rows: Iterable[RowType]) -> list[RowType]:
    """Insert rows of one model; returns them. What the database fills in is left to it."""
    found = list(rows)
    if not found:
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.org')::uuid")
        (organization_id,) = cursor.fetchone()
    for row in found:
        row.organization_id = organization_id  # type: ignore[attr-defined]
    represented(found)
    fields = _given(found[0])
    copied = (
        [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields] for row in found
    )
    copy_rows(type(found[0]), [str(field.column) for field in fields], copied)
    for row in found:
        row._state.adding = False
    return found


def copy_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """The same for values in their columns, for rows of which nobody needs the objects."""
    parts = {
        "staging": sql.Identifier("staging"),
        "table": sql.Identifier(model._meta.db_table),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(STAGE).format(**parts))
        with cursor.cursor.copy(sql.SQL("COPY staging ({columns}) FROM STDIN").format(**parts)) as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(sql.SQL(MOVE).format(**parts))


def _given(row: models.Model) -> list[Field]:  # type: ignore[type-arg]
    return [
        field
        for field in row._meta.local_concrete_fields
        if not field.generated and not isinstance(getattr(row, field.attname), DatabaseDefault)
    ]
