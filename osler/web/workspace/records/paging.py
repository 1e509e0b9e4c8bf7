"""A long section page by page: "Show more" adds to the list, without scripts it is the next page."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from osler.clinic.records.history import KEYS
from osler.foundation.ui.paging import keyset_page

ROWS = "more-rows"  # id of the element to which the next rows are added


def paged(name: str, rows: QuerySet[Any], request: HttpRequest, *, url: str) -> dict[str, Any]:
    """The rows of a section that the address asks for, how many there are, and where it goes on.

    The addresses are the section's own, also where a form has drawn it anew."""
    shown, page = keyset_page(rows, request, key=KEYS[name])
    found: list[Model] = shown
    page = replace(
        page,
        total=rows.count(),
        next_url=_at(url, page.next_url),
        previous_url="" if request.headers.get("HX-Target") == ROWS else _at(url, page.previous_url),
    )
    return {name: found, "page": page}


def instant_of(text: str) -> datetime | None:
    """An instant out of an address; what is none, or in no zone, asks for nothing."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _at(url: str, neighbour: str) -> str:
    if not neighbour:
        return ""
    given = parse_qs(neighbour.removeprefix("?"))
    place = {name: given[name][0] for name in ("after", "before") if name in given}
    return f"{url}{'&' if '?' in url else '?'}{urlencode(place)}"
