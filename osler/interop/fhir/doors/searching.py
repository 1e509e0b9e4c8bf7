"""search: GET [base]/[type]?..., POST [base]/[type]/_search."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from osler.interop.fhir.doors.chain import BASE, json_response
from osler.interop.fhir.doors.including import included_entries
from osler.interop.fhir.doors.queries import Query, pairs_of, query_of
from osler.interop.fhir.doors.reading import text_now
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
        last = rows[-1]
        following = (last[1].isoformat() if last[1] is not None else None, str(last[0]))
    total = len(rows) if following is None and query.after is None else None
    if query.total == "accurate" and total is None:
        total = run(caller, *count_statement(found, detail))[0][0]
    entries = [entry_text(base, resource_type, row, caller) for row in rows]
    if query.includes or query.reverse_includes:
        entries += included_entries(caller, resource_type, query, [row[2] for row in rows], base)
    return bundle_text(entries, base, resource_type, query, total=total, following=following)


def entry_text(base: str, resource_type: str, row: tuple[Any, ...], caller: Caller) -> str:
    row_id, _, text = row
    if text is None:
        text = text_now(caller, TABLES[resource_type], row_id)
    return f'{{"fullUrl":"{base}/{resource_type}/{row_id}","resource":{text},"search":{{"mode":"match"}}}}'


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
