"""A search as one statement: the policy, the parameters and the page in its WHERE."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from osler.interop.fhir.access_sql import access_condition, may_at_all
from osler.interop.fhir.doors.queries import Query
from osler.interop.fhir.doors.statements import EVENT, PATIENTS_OF
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.elements import instant_of
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.parameters import (
    FALSE,
    BadSearch,
    Condition,
    Instant,
    Lasting,
    Parameter,
    split_values,
)
from osler.interop.fhir.protecting import Number
from osler.interop.fhir.stored_types import stored_parameters
from osler.interop.fhir.tables import TABLES
from osler.kernel.errors import Denied


@dataclass(frozen=True)
class Place:
    """A table that may hold resources of the type, with the conditions on its rows."""

    table: str
    patient: str
    sort: str
    where: Condition


def everywhere(parameter: str, modifier: str, text: str) -> Condition | None:
    """The parameters that every resource has."""
    if parameter == "_id":
        keys = []
        for value in split_values(text):
            try:
                keys.append(UUID(value.rpartition("/")[2]))
            except ValueError:
                continue
        return Condition("t.id = ANY(%s)", (keys,))
    if parameter == "_lastUpdated":
        return Instant("_lastUpdated", "updated_at").one("", text)
    return None


def conditions(resource_type: str, parameters: Sequence[Parameter], query: Query) -> Condition:
    """All criteria of a search on one table; a parameter that it does not know matches nothing there."""
    known = {parameter.name: parameter for parameter in parameters}
    parts = []
    for name, modifier, text in query.criteria:
        common = everywhere(name, modifier, text)
        if common is not None:
            parts.append(common)
        elif name in known:
            parts.append(known[name].condition(resource_type, text, modifier))
        else:
            return FALSE
    sql = " AND ".join(f"({part.sql})" for part in parts) or "true"
    return Condition(sql, tuple(value for part in parts for value in part.values))


def halves(parameters: Sequence[Parameter], query: Query) -> list[Condition]:
    """The parts in which a table is searched: all of it, or what lasts long apart from the rest."""
    lasting = {each.name: each for each in parameters if isinstance(each, Lasting)}
    for name, _, text in query.criteria:
        if name in lasting and (found := lasting[name].halves(text)):
            return found
    return [Condition("true")]


def refuse_unknown(resource_type: str, query: Query) -> None:
    """A misspelt parameter must not quietly find everything."""
    for name in unknown_in(resource_type, query):
        raise BadSearch(f"{resource_type} has no search parameter “{name}” here", name)
    for name, _, text in query.criteria:
        if not text:
            raise BadSearch(f"“{name}” has no value", name)


def unknown_in(resource_type: str, query: Query) -> list[str]:
    """The parameters of a search that this type does not have."""
    table = TABLES.get(resource_type)
    parameters = [*(table.search if table else ()), *stored_parameters(resource_type)]
    known = {parameter.name for parameter in parameters} | {"_id", "_lastUpdated"}
    return [name for name, _, _ in query.criteria if name not in known]


def sort_column(resource_type: str, parameters: Sequence[Parameter], name: str, *, stored: bool) -> str:
    """The column by which a table is sorted."""
    if name in ("_lastUpdated", ""):
        return "updated_at" if name else ""
    if name == "_id":
        return "id"
    for parameter in parameters:
        if parameter.name == name and isinstance(parameter, Instant) and parameter.low:
            return parameter.low
    if stored:
        return ""
    raise BadSearch(f"“_sort={name}” is not possible here", "_sort")


def places(caller: Caller, resource_type: str, query: Query) -> list[Place]:
    """The tables to look in, as far as the caller may; Denied where there is none."""
    table, found = TABLES.get(resource_type), []
    name = query.sort.lstrip("-")
    if table is not None and may_at_all(caller.actor, table.model, table.right):
        access = access_condition(caller.actor, table.model, table.right)
        asked = conditions(resource_type, table.search, query)
        column = sort_column(resource_type, table.search, name or default_sort(table.search), stored=False)
        for half in halves(table.search, query):
            where = known_to(caller, both(access, both(asked, half)))
            found.append(Place(table.model._meta.db_table, table.patient, column, where))
    if may_at_all(caller.actor, StoredResource) and (found or table is None or not table.closes_strays()):
        access = access_condition(caller.actor, StoredResource)
        parameters = stored_parameters(resource_type)
        kind = Condition("t.resource_type = %s", (resource_type,))
        asked = conditions(resource_type, parameters, query)
        column = sort_column(resource_type, parameters, name, stored=True) or "dated_from"
        if found and found[0].sort in ("id", "updated_at"):  # all in one order, or pages leave some out
            column = found[0].sort
        where = known_to(caller, both(kind, both(access, asked)))
        if asked is not FALSE:
            found.append(Place("fhir_storedresource", "patient_id", column, where))
    if not found:
        raise Denied
    return found


def default_sort(parameters: Sequence[Parameter]) -> str:
    """Newest first by the date that the clinic thinks in, where there is one."""
    dates = [each.name for each in parameters if isinstance(each, Instant) and each.low and not each.day]
    return next(
        (name for name in ("date", "onset-date", "authoredon", "authored", "sent") if name in dates), "_id"
    )


def known_to(caller: Caller, condition: Condition) -> Condition:
    """The condition with each number in the forms in which the caller's organization keeps it."""
    owner = caller.actor.organization_id
    values = (each.forms(owner) if isinstance(each, Number) else each for each in condition.values)
    return Condition(condition.sql, tuple(values))


def both(first: Condition, second: Condition) -> Condition:
    return Condition(f"({first.sql}) AND ({second.sql})", (*first.values, *second.values))


def after_condition(place: Place, query: Query, *, descending: bool) -> Condition:
    """Rows that come after the last one of the page before."""
    if query.after is None:
        return Condition("true")
    value, key = query.after
    try:
        last = UUID(key)
    except ValueError:
        raise BadSearch("the page mark of this link is not one of ours", "_after") from None
    column = f"t.{place.sort}"
    if place.sort == "id":
        return Condition(f"t.id {'<' if descending else '>'} %s", (last,))
    at: datetime | None = instant_of(value) if value is not None else None
    if at is None:  # those without a date come first when newest first, else last
        rest = f" OR {column} IS NOT NULL" if descending else ""
        return Condition(f"({column} IS NULL AND t.id > %s){rest}", (last,))
    beyond = f"{column} < %s" if descending else f"{column} > %s OR {column} IS NULL"
    return Condition(f"{beyond} OR ({column} = %s AND t.id > %s)", (at, at, last))


def page_statement(
    found: list[Place], query: Query, resource_type: str, detail: str
) -> tuple[str, list[Any]]:
    """The statement for one page: id, sort value and text of each row, and the audit event of them all."""
    descending = query.sort.startswith("-") or (not query.sort and found[0].sort != "id")
    parts, values = [], []
    for place in found:
        where = both(place.where, after_condition(place, query, descending=descending))
        order = order_of(place.sort, descending=descending, alias="t.")
        compartment = f"t.{place.patient}" if place.patient else "NULL::uuid"
        sort = "NULL::timestamptz" if place.sort == "id" else f"t.{place.sort}"
        parts.append(
            f"(SELECT t.id, {sort} AS sort, t.version, t.updated_at, t.resource, {compartment} AS patient_id"
            f" FROM {place.table} t WHERE {where.sql} ORDER BY {order} LIMIT %s)"
        )
        values += [*where.values, query.count + 1]
    order = order_of("id" if found[0].sort == "id" else "sort", descending=descending, alias="")
    page = f"SELECT * FROM ({' UNION ALL '.join(parts)}) AS every ORDER BY {order} LIMIT %s"
    shown = f"SELECT * FROM page ORDER BY {order} LIMIT %s"
    event = EVENT.format(
        entity=f"'{found[0].table}'",
        entity_id="NULL",
        patient_id="NULL",
        patient_ids=PATIENTS_OF.format("shown"),
        source="",
    )
    sql = (
        f"WITH page AS ({page}), shown AS ({shown}), event AS ({event})"
        f" SELECT id, sort, fhir_text(%s, id, version, updated_at, resource) FROM page ORDER BY {order}"
    )
    return sql, [*values, query.count + 1, query.count, detail[:500], resource_type]


def order_of(column: str, *, descending: bool, alias: str) -> str:
    if column == "id":
        return f"{alias}id{' DESC' if descending else ''}"
    return f"{alias}{column}{' DESC' if descending else ''}, {alias}id"


def count_statement(found: list[Place], detail: str) -> tuple[str, list[Any]]:
    """The statement that counts."""
    parts = [f"(SELECT count(*) FROM {place.table} t WHERE {place.where.sql})" for place in found]
    values = [value for place in found for value in place.where.values]
    event = EVENT.format(
        entity=f"'{found[0].table}'", entity_id="NULL", patient_id="NULL", patient_ids="'{}'", source=""
    )
    return f"WITH event AS ({event}) SELECT {' + '.join(parts)}", [detail[:500], *values]
