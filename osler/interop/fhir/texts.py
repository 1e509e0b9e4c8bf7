"""Texts that are made when they are asked for: of live tables, and of rows that were made in bulk."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from osler.interop.fhir.protecting import opened
from osler.interop.fhir.representing import represent
from osler.interop.fhir.tables import Resource


class Version(NamedTuple):
    """A resource as it was in one version."""

    text: str
    version: int
    updated_at: datetime


_SPLICED = """
SELECT fhir_text(%s, k.id, k.version, k.updated_at, k.body)
FROM unnest(%s::uuid[], %s::int[], %s::timestamptz[], %s::text[]) WITH ORDINALITY
    AS k(id, version, updated_at, body, position)
ORDER BY k.position
"""
_REPLACED = """
SELECT (jsonb_populate_record(NULL::{table}, h.content)).* FROM audit_rowhistory h
WHERE h.table_name = %s AND h.row_id = %s ORDER BY h.version DESC
"""


def texts_now(table: type[Resource], keys: Iterable[UUID]) -> dict[UUID, Version]:
    """The resources of these rows as they are now, few statements for all; who acts is set already."""
    rows = list(table.rows().filter(pk__in=list(keys)))
    return {row.pk: text for row, text in zip(rows, spliced(table, rows), strict=True)}


def replaced_texts(table: type[Resource], key: UUID) -> list[Version]:
    """The replaced versions of a live row, the newest first, each made from what the row said."""
    sql = _REPLACED.format(table=table.model._meta.db_table)
    rows = []
    for old in table.model._default_manager.raw(sql, [table.model._meta.db_table, key]):
        row = table.rows().get(pk=key)
        for field in table.model._meta.concrete_fields:
            setattr(row, field.attname, getattr(old, field.attname))
        rows.append(row)
    return spliced(table, rows)


def spliced(table: type[Resource], rows: Sequence[Any]) -> list[Version]:
    """What rows say, with type, id, version and instant."""
    if not rows:
        return []
    columns = [
        [row.pk for row in rows],
        [row.version for row in rows],
        [row.updated_at for row in rows],
        [represent(row) for row in rows],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SPLICED, [table.type, *columns])
        texts = [text for (text,) in cursor.fetchall()]
    return [
        Version(opened(text, row.pk), row.version, row.updated_at)
        for text, row in zip(texts, rows, strict=True)
    ]
