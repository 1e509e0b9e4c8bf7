"""Export: everything of a tenant or of one patient as NDJSON, one file a type."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from osler.foundation.access.actors import Actor
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import acting
from osler.interop.fhir.models import SourceRecord
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.tables import TABLES, Resource
from osler.interop.fhir.texts import texts_now

ROWS_AT_ONCE = 2000
LIVE_AT_ONCE = 500
REFERENCE = re.compile(r'("reference":")([A-Za-z]+/[0-9a-f-]{36})')


def export_resources(directory: Path, *, actor: Actor, patient: UUID | None = None) -> dict[str, int]:
    """Write all resources, or those in one patient's compartment; returns the count of each type.

    One transaction, so that the files are of one instant; each type leaves an access event.
    """
    directory.mkdir(parents=True, exist_ok=True)
    counts: dict[str, int] = {}
    with acting(actor, reason="export"):
        awaited = awaited_names()
        for resource_type, model, lines in sections(patient):
            named = as_they_came(lines, awaited) if awaited else lines
            count = write_lines(directory / f"{resource_type}.ndjson", named)
            if count:
                counts[resource_type] = counts.get(resource_type, 0) + count
                record_access(model, patient=patient, detail=f"export of {count} {resource_type}")
    return counts


def awaited_names() -> dict[str, str]:
    """References to what never arrived: what they are here, and what they were where they come from."""
    found = SourceRecord.objects.filter(placed_in="").values_list("resource_type", "resource_id", "source_id")
    return {f"{kind}/{here}": f"{kind}/{there}" for kind, here, there in found}


def as_they_came(lines: Iterator[str], awaited: dict[str, str]) -> Iterator[str]:
    """The texts with those references as they came: an id of ours that nothing has helps nobody."""
    for line in lines:
        yield REFERENCE.sub(lambda match: match[1] + awaited.get(match[2], match[2]), line)


def sections(patient: UUID | None) -> Iterator[tuple[str, type[models.Model], Iterator[str]]]:
    """Each type with its model and the texts to write."""
    for name in sorted(TABLES):
        table = TABLES[name]
        if patient is None or table.patient:
            yield name, table.model, texts_of(table, patient)
    stored = apps.get_model("fhir", "StoredResource")
    for name in stored_types(patient):
        yield name, stored, stored_texts(name, patient)


def write_lines(path: Path, lines: Iterator[str]) -> int:
    """Append lines; a file without any is not made."""
    count = 0
    file = None
    for line in lines:
        file = file or path.open("a", encoding="utf-8")
        file.write(line + "\n")
        count += 1
    if file is not None:
        file.close()
    return count


def streamed(sql: str, values: list[Any]) -> Iterator[tuple[Any, ...]]:
    """Rows through a cursor on the server, so that no table has to fit into memory."""
    with connection.connection.cursor(name="fhir_export") as cursor:
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(sql, values)
        yield from cursor


def texts_of(table: type[Resource], patient: UUID | None) -> Iterator[str]:
    model = table.model
    if table.is_live:
        yield from texts_made(table, patient)
        return
    where, values = (f"WHERE {table.patient} = %s", [patient]) if patient else ("", [])
    text = "fhir_text(%s, id, version, updated_at, resource)"
    sql = f"SELECT id, {text} FROM {model._meta.db_table} {where} ORDER BY id"
    for row_id, found in streamed(sql, [table.type, *values]):
        yield opened(found, row_id) if found is not None else texts_now(table, [row_id])[row_id].text


def texts_made(table: type[Resource], patient: UUID | None) -> Iterator[str]:
    """The texts of a live table, some hundreds of rows at a time."""
    found = table.model._default_manager.order_by("id").values_list("id", flat=True)
    keys = list(found.filter(**{table.patient: patient}) if patient else found)
    for start in range(0, len(keys), LIVE_AT_ONCE):
        some = keys[start : start + LIVE_AT_ONCE]
        texts = texts_now(table, some)
        yield from (texts[key].text for key in some)


def stored_types(patient: UUID | None) -> list[str]:
    where, values = ("WHERE patient_id = %s", [patient]) if patient else ("", [])
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT resource_type FROM fhir_storedresource {where} ORDER BY 1", values)
        return [row[0] for row in cursor.fetchall()]


def stored_texts(resource_type: str, patient: UUID | None) -> Iterator[str]:
    also, values = (" AND patient_id = %s", [patient]) if patient else ("", [])
    sql = (
        "SELECT id, fhir_text(resource_type, id, version, updated_at, resource) FROM fhir_storedresource"
        f" WHERE resource_type = %s{also} ORDER BY id"
    )
    for row_id, found in streamed(sql, [resource_type, *values]):
        yield opened(found, row_id)
