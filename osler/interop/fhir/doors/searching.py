"""search: GET [base]/[type]?..., POST [base]/[type]/_search."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.doors.chain import BASE, json_response
from osler.interop.fhir.doors.including import included_entries
from osler.interop.fhir.doors.queries import Query, pairs_of, query_of
from osler.interop.fhir.doors.reading import made_now
from osler.interop.fhir.doors.search_sql import (
    count_statement,
    page_statement,
    places,
    refuse_unknown,
    unknown_in,
)
from osler.interop.fhir.doors.statements import run
from osler.interop.fhir.doors.tokens import Caller
from osler.interop.fhir.lossless import write_text
from osler.interop.fhir.protecting import opened
from osler.interop.fhir.tables import TABLES

FORM = "application/x-www-form-urlencoded"


def search(request: HttpRequest, caller: Caller, resource_type: str) -> HttpResponse:
    """Answer a search with a Bundle."""
    caller.need(resource_type, "s")
    form = request.body.decode("utf-8", "replace") if request.content_type == FORM else ""
    query = query_of(pairs_of(request.META.get("QUERY_STRING", ""), form))
    lenient = "handling=lenient" in request.META.get("HTTP_PREFER", "")
    base = f"{request.scheme}://{request.get_host()}{BASE}"
    return json_response(search_bundle(caller, resource_type, query, base=base, lenient=lenient))


def search_bundle(
    caller: Caller, resource_type: str, query: Query, *, base: str, lenient: bool = False
) -> str:
    """The searchset Bundle of a query, as text."""
    if lenient:  # the self link tells what was answered (R4 search.html#errors)
        query = query.without({*unknown_in(resource_type, query)})
    refuse_unknown(resource_type, query)
    found = places(caller, resource_type, query)
    detail = " ".join(["FHIR search", resource_type, *query.asked])
    if query.summary == "count" or query.count == 0:
        total = run(caller, *count_statement(found, detail))[0][0]
        return bundle_text([], base, resource_type, query, total=total, following=None)
    sql, values = page_statement(found, query, resource_type, detail)
    organization = caller.actor.organization_id
    rows = [(*row[:2], opened(row[2], row[0], organization)) for row in run(caller, sql, values)]
    following = None
    if len(rows) > query.count:
        rows = rows[: query.count]
        following = (mark_of(rows[-1][1]), str(rows[-1][0]))
    total = len(rows) if following is None and query.after is None else None
    if query.total == "accurate" and total is None:
        total = run(caller, *count_statement(found, detail))[0][0]
    texts = texts_of(caller, resource_type, rows)
    entries = [
        f'{{"fullUrl":"{base}/{resource_type}/{key}","resource":{text},"search":{{"mode":"match"}}}}'
        for key, text in texts.items()
    ]
    if query.includes or query.reverse_includes:
        entries += included_entries(caller, resource_type, query, list(texts.values()), base)
    return bundle_text(entries, base, resource_type, query, total=total, following=following)


def mark_of(sorted_by: Any) -> str | None:
    """Where a page ends; a day counts as the database compares it with an instant: from midnight UTC."""
    if sorted_by is not None and not isinstance(sorted_by, datetime):
        sorted_by = datetime.combine(sorted_by, time.min, UTC)
    return sorted_by.isoformat() if sorted_by is not None else None


def texts_of(caller: Caller, resource_type: str, rows: list[tuple[Any, ...]]) -> dict[UUID, str]:
    """The texts of a page; those that are stored nowhere are made, all at once."""
    bare = [key for key, _, text in rows if text is None]
    made = made_now(caller, TABLES[resource_type], bare) if bare else {}
    return {key: made[key].text if text is None else text for key, _, text in rows}


def bundle_text(
    entries: list[str],
    base: str,
    resource_type: str,
    query: Query,
    *,
    total: int | None,
    following: tuple[str | None, str] | None,
) -> str:
    """A Bundle joined from texts."""
    links = [{"relation": "self", "url": f"{base}/{resource_type}?{query.link(query.after)}"}]
    if following is not None:
        links.append({"relation": "next", "url": f"{base}/{resource_type}?{query.link(following)}"})
    counted = f'"total":{total},' if total is not None else ""
    listed = f',"entry":[{",".join(entries)}]' if entries else ""
    return f'{{"resourceType":"Bundle","type":"searchset",{counted}"link":{write_text(links)}{listed}}}'
