"""_include and _revinclude: what a page refers to, and what refers to it, as far as the caller may."""

from typing import Any
from uuid import UUID

from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.compartments import search_facts
from osler.interop.fhir.doors.queries import Query
from osler.interop.fhir.doors.reading import made_now
from osler.interop.fhir.doors.statements import EVENT, PATIENTS_OF, run
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.lossless import read_json
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.parameters import BadSearch, Condition, Reference, found
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.stored_types import stored_parameters
from osler.interop.fhir.tables import TABLES
from osler.kernel.errors import Denied

MOST_INCLUDED = 1000


def included_entries(
    caller: Caller, resource_type: str, query: Query, texts: list[str], base: str
) -> list[str]:
    """Entries of mode "include", each resource once."""
    resources = [read_json(text) for text in texts if text]
    shown: dict[str, str] = {}
    for wish in query.includes:
        for kind, keys in targets_of(resource_type, wish, resources).items():
            shown |= texts_by_id(caller, kind, keys)
    names = [f"{resource_type}/{resource['id']}" for resource in resources]
    for wish in query.reverse_includes:
        shown |= texts_referring(caller, wish, names)
    return [
        f'{{"fullUrl":"{base}/{name}","resource":{text},"search":{{"mode":"include"}}}}'
        for name, text in shown.items()
    ]


def targets_of(resource_type: str, wish: str, resources: list[Any]) -> dict[str, list[UUID]]:
    """Ids by type of what the resources refer to by a search parameter."""
    kind, _, rest = wish.partition(":")
    name, _, only = rest.partition(":")
    if kind != resource_type:
        raise BadSearch(f"“_include={wish}” does not begin with {resource_type}", "_include")
    line = search_facts()["parameters"].get(resource_type, {}).get(name, "")
    if not line.startswith("reference "):
        raise BadSearch(f"{resource_type} has no reference “{name}” to include", "_include")
    targets: dict[str, list[UUID]] = {}
    for resource in resources:
        for path in line.split()[1:]:
            for value in found(resource, path):
                target, _, key = (value.get("reference", "") if isinstance(value, dict) else "").partition(
                    "/"
                )
                if key and (not only or only == target):
                    try:
                        targets.setdefault(target, []).append(UUID(key.partition("/")[0]))
                    except ValueError:
                        continue
    return targets


def texts_by_id(caller: Caller, resource_type: str, keys: list[UUID]) -> dict[str, str]:
    """Texts of resources by id, as far as scopes and policy let the caller see them."""
    wanted = Condition("t.id = ANY(%s)", (keys[:MOST_INCLUDED],))
    return texts_where(caller, resource_type, wanted, wanted)


def texts_referring(caller: Caller, wish: str, names: list[str]) -> dict[str, str]:
    """Texts of resources that refer to these (`Provenance:target`)."""
    kind, _, rest = wish.partition(":")
    name = rest.partition(":")[0]
    table = TABLES.get(kind)
    parameters = [*(table.search if table else ()), *stored_parameters(kind)]
    if not any(each.name == name and isinstance(each, Reference) for each in parameters):
        raise BadSearch(f"“_revinclude={wish}” is not possible here", "_revinclude")
    column = next(
        (
            each.column
            for each in (table.search if table else ())
            if each.name == name and isinstance(each, Reference)
        ),
        "",
    )
    keys = [UUID(each.partition("/")[2]) for each in names]
    in_values = Condition(
        "t.id IN (SELECT v.resource_id FROM fhir_searchvalue v WHERE v.resource_type = %s"
        " AND v.parameter = %s AND v.code = ANY(%s))",
        (kind, name, names),
    )
    in_column = Condition(f"t.{column} = ANY(%s)", (keys,)) if column else in_values
    in_stored = Condition("t.patient_id = ANY(%s)", (keys,)) if name in ("patient", "subject") else in_values
    return texts_where(caller, kind, in_column, in_stored)


def texts_where(
    caller: Caller, resource_type: str, in_model: Condition, in_stored: Condition
) -> dict[str, str]:
    table = TABLES.get(resource_type)
    if not caller.has(resource_type, "r"):
        return {}
    parts, values = [], []
    text = "t.id, t.version, t.updated_at, t.resource"
    if table is not None and may_at_all(caller.actor, table.model, table.right):
        access = access_condition(caller.actor, table.model, table.right)
        compartment = f"t.{table.patient}" if table.patient else "NULL::uuid"
        parts.append(
            f"SELECT {text}, {compartment} AS patient_id FROM {table.model._meta.db_table} t"
            f" WHERE ({access.sql}) AND ({in_model.sql})"
        )
        values += [*access.values, *in_model.values]
    if may_at_all(caller.actor, StoredResource) and (parts or table is None or not table.closes_strays()):
        access = access_condition(caller.actor, StoredResource)
        parts.append(
            f"SELECT {text}, t.patient_id FROM fhir_storedresource t WHERE t.resource_type = %s"
            f" AND ({access.sql}) AND ({in_stored.sql})"
        )
        values += [resource_type, *access.values, *in_stored.values]
    if not parts:
        return {}
    event = EVENT.format(
        entity="%s",
        entity_id="NULL",
        patient_id="NULL",
        patient_ids=PATIENTS_OF.format("hit"),
        source="",
    )
    sql = (
        f"WITH hit AS ({' UNION ALL '.join(parts)} LIMIT {MOST_INCLUDED}), event AS ({event})"
        " SELECT id, fhir_text(%s, id, version, updated_at, resource) FROM hit"
    )
    try:
        rows = run(caller, sql, [*values, resource_type, "FHIR include", resource_type])
    except Denied:
        return {}
    organization = caller.actor.organization_id
    bare = [key for key, text in rows if text is None]
    made = made_now(caller, table, bare) if table is not None else {}
    return {
        f"{resource_type}/{key}": made[key].text if text is None else opened(text, key, organization)
        for key, text in rows
    }
