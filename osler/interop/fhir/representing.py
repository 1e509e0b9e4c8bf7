"""The FHIR text of a row: kept as it came, and touched only where the row says something else."""

from typing import Any

from django.apps import apps
from django.db import models

from osler.foundation.audit.rows import represent_with
from osler.interop.fhir.elements import Json
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.protecting import opened, sealed_text
from osler.interop.fhir.tables import BY_MODEL, TABLES, Resource

SPLICED = ("resourceType", "id")
SPLICED_META = ("versionId", "lastUpdated")


def body_of(resource: Json, row_id: Any) -> str:
    """The text that is stored in a row: without type, id, version and instant; `meta` first."""
    kind = str(resource.get("resourceType", ""))
    meta = {key: part for key, part in resource.get("meta", {}).items() if key not in SPLICED_META}
    rest = {key: part for key, part in resource.items() if key not in SPLICED and key != "meta"}
    return sealed_text({"meta": meta, **rest} if meta else rest, row_id, resource_type=kind)


def read_body(text: str | None, row_id: Any) -> Json:
    """What a stored text says; nothing if there is none."""
    found: Json = read_json(opened(text, row_id)) if text else {}
    return found


def represent(row: Any) -> str:
    """The stored text for a row as it is now."""
    table = BY_MODEL[type(row)]
    body = read_body(row.resource, row.pk)
    if not body or row._state.adding:
        table.prepare(row)
    renew(table, body, row)
    return body_of(body, row.pk)


def renew(table: type[Resource], body: Json, row: models.Model) -> None:
    """Write into the body what the row says and the body does not."""
    was_empty = not body
    for element in table.elements:
        values = element.values(row)
        if (was_empty or element.read(body) != values) and (not element.keeps or any(values)):
            element.write(body, values)
    for part in table.parts:
        part.write(body, row)


def register_all() -> None:
    """Let every row of a mapped model renew its text when it is saved, unless it is made when asked for."""
    for table in TABLES.values():
        if not table.is_live:
            represent_with(table.model, represent)
    represent_with(apps.get_model("fhir", "StoredResource"), lambda row: row.resource or "{}")
