"""Writing many rows at once, each with its FHIR text; triggers and walls are at work as ever.

PostgreSQL refuses COPY into a table with row-level security, so the rows are copied into a
temporary table and inserted from there in one statement.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, models
from django.db.models import DateTimeField, Field, JSONField
from django.db.models.base import ModelState
from django.db.models.expressions import DatabaseDefault
from psycopg import sql

from osler.foundation.audit.rows import represented
from osler.kernel.keys import uuid7

RowType = TypeVar("RowType", bound=models.Model)

STAGE = "CREATE TEMPORARY TABLE staging ON COMMIT DROP AS SELECT {columns} FROM {table} WITH NO DATA"
MOVE = "INSERT INTO {table} ({columns}) SELECT {columns} FROM staging; DROP TABLE staging"

PLAIN = frozenset({str, bool, int, date, UUID, type(None)})
"""What is copied as it stands, if the field is none of JSON."""
Copied = tuple[str, frozenset[type], Callable[[Any], Any]]
"""An attribute of a row, of which types its values are copied as they stand, and what makes of the others
what the column holds."""


def made(model: type[RowType], **values: Any) -> RowType:
    """A new row as `model(**values)` makes it, for making very many: values are told by their attributes
    (`patient_id`), and the others are not asked for once more."""
    same, anew = _blank(model)
    row = model.__new__(model)
    row.__dict__.update(same, **{name: make() for name, make in anew}, id=uuid7(), _state=ModelState())
    row.__dict__.update(values)
    return row


@lru_cache(maxsize=64)
def _blank(model: type[models.Model]) -> tuple[dict[str, Any], list[tuple[str, Callable[[], Any]]]]:
    """What every new row of a model says, and what each makes for itself."""
    fields = [field for field in model._meta.concrete_fields if not (field.primary_key or field.generated)]
    anew = {
        field.attname: field.default for field in fields if field.has_default() and callable(field.default)
    }
    blank = model()
    same = {field.attname: getattr(blank, field.attname) for field in fields if field.attname not in anew}
    return same, list(anew.items())


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
    columns = [_copied(field) for field in fields]
    copied = (
        [
            value if type(value := said[name]) in plain else prepared(value)
            for name, plain, prepared in columns
        ]
        for said in (row.__dict__ for row in found)
    )
    copy_rows(type(found[0]), [str(field.column) for field in fields], copied)
    for row in found:
        row._state.adding = False
    return found


def _copied(field: Field) -> Copied:  # type: ignore[type-arg]
    def prepared(value: Any) -> Any:
        return field.get_db_prep_save(value, connection)

    def instant(value: Any) -> Any:
        return value if type(value) is datetime and value.tzinfo else prepared(value)

    if isinstance(field, JSONField):
        return field.attname, frozenset(), prepared
    if isinstance(field, DateTimeField):
        return field.attname, frozenset({type(None)}), instant
    return field.attname, PLAIN, prepared


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
