"""read: one statement, the stored text out."""

from functools import lru_cache
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from osler.foundation.audit.context import acting
from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.doors.chain import json_response
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.statements import EVENT, run
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.tables import TABLES, Resource
from osler.interop.fhir.texts import Version, texts_now
from osler.kernel.errors import Denied, Missing

NOT_HERE = "there is nothing here, or it is not yours to see"


@lru_cache(maxsize=4096)
def read_sql(model_table: str, patient: str, access: str, stored_access: str) -> str:
    """The statement that reads a resource and says so in the audit trail."""
    parts = []
    columns = "t.id, t.version, t.updated_at, t.resource"
    if access:
        compartment = f"t.{patient}" if patient else "NULL::uuid"
        parts.append(
            f"SELECT {columns}, {compartment} AS patient_id, '{model_table}' AS entity"
            f" FROM {model_table} t WHERE t.id = %s AND ({access})"
        )
    if stored_access:
        parts.append(
            f"SELECT {columns}, t.patient_id, 'fhir_storedresource' AS entity FROM fhir_storedresource t"
            f" WHERE t.id = %s AND t.resource_type = %s AND ({stored_access})"
        )
    event = EVENT.format(
        entity="hit.entity",
        entity_id="hit.id",
        patient_id="hit.patient_id",
        patient_ids="'{}'",
        source=", hit",
    )
    return (
        f"WITH hit AS ({' UNION ALL '.join(parts)}), event AS ({event})"
        " SELECT fhir_text(%s, id, version, updated_at, resource), version, updated_at, entity FROM hit"
    )


def as_uuid(text: str) -> UUID:
    """An id of ours; anything else is not here."""
    try:
        return UUID(text)
    except ValueError:
        raise Trouble(404, NOT_HERE) from None


def read_row(caller: Caller, resource_type: str, resource_id: UUID, *, detail: str = "FHIR read") -> Version:
    """Text, version, instant and table of a resource that the caller may see, audited."""
    table = TABLES.get(resource_type)
    access, values = "", []
    if table is not None and may_at_all(caller.actor, table.model, table.right):
        condition = access_condition(caller.actor, table.model, table.right)
        access, values = condition.sql, [resource_id, *condition.values]
    stored, stored_sql = None, ""
    if may_at_all(caller.actor, StoredResource):
        stored = access_condition(caller.actor, StoredResource)
        stored_sql, values = stored.sql, [*values, resource_id, resource_type, *stored.values]
    is_closed = table is not None and table.closes_strays()
    if not access and (is_closed or not stored_sql):
        raise Denied
    sql = read_sql(
        table.model._meta.db_table if table else "", table.patient if table else "", access, stored_sql
    )
    rows = run(caller, sql, [*values, detail, resource_type])
    if not rows:
        raise Missing(NOT_HERE)
    text, version, updated_at, _ = rows[0]
    text = opened(text, resource_id, caller.actor.organization_id)
    if text is None and table is not None:
        return made_now(caller, table, [resource_id])[resource_id]
    return Version(text, version, updated_at)


def made_now(caller: Caller, table: type[Resource], keys: list[UUID]) -> dict[UUID, Version]:
    """Rows that have no text of their own, said to the caller, who has been found to see them."""
    if not keys:
        return {}
    with acting(caller.actor, request_id=caller.request_id):
        return texts_now(table, keys)


def is_live(resource_type: str) -> bool:
    """Whether the version does not say all: such a text also speaks of other rows."""
    table = TABLES.get(resource_type)
    return table is not None and table.is_live


def read(request: HttpRequest, caller: Caller, resource_type: str, resource_id: str) -> HttpResponse:
    """GET [base]/[type]/[id]."""
    caller.need(resource_type, "r")
    text, version, updated_at = read_row(caller, resource_type, as_uuid(resource_id))
    tag = f'W/"{version}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag and not is_live(resource_type):
        return HttpResponse(status=304, headers={"ETag": tag})
    return json_response(text, ETag=tag, Last_Modified=http_date(updated_at.timestamp()))
