"""Patient/[id]/$everything: the patient's compartment, and whom and what it names."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.doors.chain import BASE, json_response
from osler.interop.fhir.doors.including import texts_by_id
from osler.interop.fhir.doors.reading import NOT_HERE, as_uuid, made_now
from osler.interop.fhir.doors.statements import EVENT, run
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.tables import TABLES
from osler.kernel.errors import Missing

TEXT = "fhir_text({}, t.id, t.version, t.updated_at, t.resource)"
NAMED = re.compile(
    r'"reference":"(Practitioner|PractitionerRole|Organization|Location|Medication)/([0-9a-f-]{36})"'
)


def everything(request: HttpRequest, caller: Caller, resource_id: str) -> HttpResponse:
    """GET [base]/Patient/[id]/$everything: one Bundle, linked patients not followed."""
    caller.need("Patient", "r")
    [(key,)] = run(caller, "SELECT patients_survivor(%s)", [as_uuid(resource_id)])
    sql, values = everything_statement(caller, key)
    rows = run(caller, sql, values)
    if not any(row[0] == "Patient" for row in rows):
        raise Missing(NOT_HERE)
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    entries = []
    named: dict[str, set[UUID]] = {}
    for resource_type, row_id, whole in all_texts(caller, rows):
        entries.append(
            f'{{"fullUrl":"{base}/{resource_type}/{row_id}","resource":{whole},"search":{{"mode":"match"}}}}'
        )
        for kind, found in NAMED.findall(whole):
            named.setdefault(kind, set()).add(UUID(found))
    for kind in sorted(named):
        for name, text in texts_by_id(caller, kind, sorted(named[kind])).items():
            entries.append(f'{{"fullUrl":"{base}/{name}","resource":{text},"search":{{"mode":"include"}}}}')
    link = write_text([{"relation": "self", "url": f"{base}/Patient/{resource_id}/$everything"}])
    return json_response(
        f'{{"resourceType":"Bundle","type":"searchset","total":{len(rows)},"link":{link},"entry":[{",".join(entries)}]}}'
    )


def all_texts(caller: Caller, rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, UUID, str]]:
    """Type, id and text of each row; the texts that are stored nowhere are made, each type at once."""
    bare: dict[str, list[UUID]] = {}
    for resource_type, key, text in rows:
        if text is None:
            bare.setdefault(resource_type, []).append(key)
    made = {name: made_now(caller, TABLES[name], keys) for name, keys in bare.items()}
    organization = caller.actor.organization_id
    for resource_type, key, text in rows:
        whole = made[resource_type][key].text if text is None else opened(text, key, organization)
        yield resource_type, key, whole


def everything_statement(caller: Caller, patient: UUID) -> tuple[str, list[object]]:
    """All tables of the compartment in one statement, each under its own rule."""
    parts: list[str] = []
    values: list[object] = []
    ordered = sorted(TABLES.values(), key=lambda table: (table.type != "Patient", table.type))
    for table in ordered:
        if not table.patient or not caller.has(table.type, "r"):
            continue
        if may_at_all(caller.actor, table.model, table.right):
            access, named = access_condition(caller.actor, table.model, table.right), f"'{table.type}'"
            parts.append(
                f"SELECT '{table.type}', t.id, {TEXT.format(named)}"
                f" FROM {table.model._meta.db_table} t WHERE t.{table.patient} = %s AND ({access.sql})"
            )
            values += [patient, *access.values]
    if may_at_all(caller.actor, StoredResource):
        access = access_condition(caller.actor, StoredResource)
        types = [scope.resource_type for scope in caller.scopes if "r" in scope.letters]
        also = "true" if "*" in types else "t.resource_type = ANY(%s)"
        parts.append(
            f"SELECT t.resource_type, t.id, {TEXT.format('t.resource_type')}"
            f" FROM fhir_storedresource t WHERE t.patient_id = %s AND ({access.sql}) AND {also}"
        )
        values += [patient, *access.values, *([types] if also != "true" else [])]
    event = EVENT.format(
        entity="'patients_patient'", entity_id="p.id", patient_id="p.id", patient_ids="'{}'",
        source=", (SELECT t.id FROM patients_patient t WHERE t.id = %s) AS p",
    )  # fmt: skip
    sql = f"WITH event AS ({event}) {' UNION ALL '.join(parts)}"
    return sql, ["FHIR $everything", patient, *values]
