"""Few statements for many rows: each is one INSERT or UPDATE from a JSON array.

COPY would be faster, but PostgreSQL refuses it under row-level security, which stays on.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection, models

from osler.interop.fhir.lossless import write_json
from osler.interop.fhir.models import SearchValue, SourceRecord
from osler.interop.fhir.tables import Columns


@cache
def column_types(model: type[models.Model]) -> dict[str, str]:
    """The database type of each column."""
    return {
        field.column: str(field.db_type(connection)).partition(" COLLATE")[0]
        for field in model._meta.concrete_fields
        if field.column is not None and field.db_type(connection)
    }


def record_shape(model: type[models.Model], names: Sequence[str]) -> str:
    types = column_types(model)
    return ", ".join(f'"{name}" {types[name]}' for name in names)


@cache
def defaults_of(model: type[models.Model]) -> dict[str, Any]:
    """What Django would write into columns that nobody sets; the database knows no defaults for them."""
    return {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.column and field.has_default() and not field.has_db_default() and not field.primary_key
    }


def insert_rows(model: type[models.Model], rows: Sequence[Columns], *, on_conflict: str = "") -> None:
    """Insert rows that all have the same columns."""
    if not rows:
        return
    names = list(rows[0])
    rest = {name: value for name, value in defaults_of(model).items() if name not in rows[0]}
    given = ", ".join(f'"{name}"' for name in names)
    columns = ", ".join([given, *(f'"{name}"' for name in rest)])
    values = ", ".join([given, *(f"%s::{column_types(model)[name]}" for name in rest)])
    sql = (
        f"INSERT INTO {model._meta.db_table} ({columns}) SELECT {values}"
        f" FROM json_to_recordset(%s::json) AS r({record_shape(model, names)}) {on_conflict}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*rest.values(), write_json(list(rows)).decode()])


def update_rows(model: type[models.Model], rows: Sequence[Columns]) -> None:
    """Update rows by id; all have the same columns."""
    if not rows:
        return
    names = list(rows[0])
    changes = ", ".join(f'"{name}" = r."{name}"' for name in names if name != "id")
    sql = (
        f"UPDATE {model._meta.db_table} t SET {changes}"
        f" FROM json_to_recordset(%s::json) AS r({record_shape(model, names)}) WHERE t.id = r.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [write_json(list(rows)).decode()])


def write_search_values(rows: Sequence[Columns], *, renewed: Iterable[Any]) -> None:
    """Write the search values of resources; those of renewed ones are made anew."""
    changed = list(renewed)
    if changed:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM fhir_searchvalue WHERE resource_id = ANY(%s)", [changed])
    insert_rows(SearchValue, rows)


def write_source_records(rows: Sequence[Columns]) -> None:
    """Remember where resources came from."""
    insert_rows(
        SourceRecord,
        rows,
        on_conflict=(
            "ON CONFLICT (organization_id, resource_type, source_id, source) DO UPDATE"
            " SET placed_in = excluded.placed_in, imported_at = now(),"
            " digests = (fhir_sourcerecord.digests || excluded.digests)"
        ),
    )
