"""history and vread: every version that a resource has had."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date

from osler.foundation.audit.context import acting
from osler.interop.fhir.arrivals.knowing import places_of
from osler.interop.fhir.doors.chain import BASE, json_response
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.doors.reading import NOT_HERE, as_uuid, read_row
from osler.interop.fhir.doors.statements import run
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.tables import TABLES
from osler.interop.fhir.texts import replaced_texts

_VERSIONS = """
SELECT h.version, (h.content ->> 'updated_at')::timestamptz,
       fhir_text(%s, h.row_id, h.version, (h.content ->> 'updated_at')::timestamptz,
                 coalesce(h.content ->> 'resource', '{{}}'))
FROM audit_rowhistory h
WHERE h.table_name = ANY(%s) AND h.row_id = %s {only}
ORDER BY h.version DESC
"""


def old_versions(
    caller: Caller, resource_type: str, resource_id: UUID, version: int | None = None
) -> list[Any]:
    """Replaced versions of a resource that the caller may read, the newest first."""
    table = TABLES.get(resource_type)
    if table is not None and table.is_live:
        with acting(caller.actor, request_id=caller.request_id):
            found = replaced_texts(table, resource_id)
        live = [(each.version, each.updated_at, each.text) for each in found]
        if live:
            return [each for each in live if version in (None, each[0])]
    only, values = ("AND h.version = %s", [version]) if version is not None else ("", [])
    rows = run(
        caller, _VERSIONS.format(only=only), [resource_type, places_of(resource_type), resource_id, *values]
    )
    organization = caller.actor.organization_id
    return [(*row[:2], opened(row[2], resource_id, organization)) for row in rows]


def history(request: HttpRequest, caller: Caller, resource_type: str, resource_id: str) -> HttpResponse:
    """GET [base]/[type]/[id]/_history."""
    caller.need(resource_type, "r")
    key = as_uuid(resource_id)
    text, version, updated_at = read_row(caller, resource_type, key, detail="FHIR history")
    versions = [(version, updated_at, text), *old_versions(caller, resource_type, key)]
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    url = f"{resource_type}/{resource_id}"
    entries = [entry_text(base, url, *each) for each in versions]
    link = write_text([{"relation": "self", "url": f"{base}/{url}/_history"}])
    return json_response(
        f'{{"resourceType":"Bundle","type":"history","total":{len(entries)},"link":{link},"entry":[{",".join(entries)}]}}'
    )


def entry_text(base: str, url: str, version: int, updated_at: Any, text: str) -> str:
    first = version == 1
    method, target = ("POST", url.partition("/")[0]) if first else ("PUT", url)
    status, stamp = ("201" if first else "200"), updated_at.isoformat()
    request = write_text({"method": method, "url": target})
    response = write_text({"status": status, "etag": f'W/"{version}"', "lastModified": stamp})
    return f'{{"fullUrl":"{base}/{url}","resource":{text},"request":{request},"response":{response}}}'


def vread(
    request: HttpRequest, caller: Caller, resource_type: str, resource_id: str, version: str
) -> HttpResponse:
    """GET [base]/[type]/[id]/_history/[version]."""
    caller.need(resource_type, "r")
    key = as_uuid(resource_id)
    if not version.isascii() or not version.isdigit() or len(version) > 9:
        raise Trouble(404, NOT_HERE)
    text, current, updated_at = read_row(caller, resource_type, key, detail=f"FHIR vread {version}")
    if int(version) != current:
        rows = old_versions(caller, resource_type, key, int(version))
        if not rows:
            raise Trouble(404, "there is no such version")
        _, updated_at, text = rows[0]
    return json_response(text, ETag=f'W/"{version}"', Last_Modified=http_date(updated_at.timestamp()))
