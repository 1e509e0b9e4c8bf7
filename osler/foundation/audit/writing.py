"""Writing many rows at once, each with its FHIR text; triggers and walls are at work as ever.

PostgreSQL refuses COPY into a table with row-level security, so the rows are copied into a
temporary table and inserted from there in one statement.
"""

from collections.abc import Iterable
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
    fields, table = _given(found[0]), sql.Identifier(found[0]._meta.db_table)
    columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
    parts = {"staging": sql.Identifier("staging"), "table": table, "columns": columns}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(STAGE).format(**parts))
        with cursor.cursor.copy(sql.SQL("COPY staging ({columns}) FROM STDIN").format(**parts)) as copy:
            for row in found:
                copy.write_row(
                    [field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields]
                )
                row._state.adding = False
        cursor.execute(sql.SQL(MOVE).format(**parts))
    return found


def _given(row: models.Model) -> list[Field]:  # type: ignore[type-arg]
    return [
        field
        for field in row._meta.local_concrete_fields
        if not field.generated and not isinstance(getattr(row, field.attname), DatabaseDefault)
    ]
