"""Pages of a list that stay right while rows come and go: by key, not by number."""

from typing import TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from osler.foundation.ui.shell import KeysetPage

RowType = TypeVar("RowType", bound=Model)
SIZE = 50


def keyset_page(
    rows: QuerySet[RowType], request: HttpRequest, *, key: tuple[str, str], size: int = SIZE
) -> tuple[list[RowType], KeysetPage]:
    """One page of rows, the greatest key first, and the addresses of its neighbours.

    `key` names two fields that together are unique; `?after=` or `?before=` holds their values.
    """
    going_back = "before" in request.GET
    place = _place(request.GET.get("before") or request.GET.get("after") or "")
    fields = key if going_back else (f"-{key[0]}", f"-{key[1]}")
    ordered = rows.order_by(*fields)
    try:
        found = list(_beyond(ordered, key, place, "gt" if going_back else "lt")[: size + 1])
    except (ValueError, ValidationError):
        found, place, going_back = list(rows.order_by(f"-{key[0]}", f"-{key[1]}")[: size + 1]), None, False
    has_more = len(found) > size
    shown = found[:size]
    if going_back:
        shown.reverse()
    has_next = has_more if not going_back else place is not None
    has_previous = has_more if going_back else place is not None
    page = KeysetPage(
        shown=len(shown),
        next_url=_url(request, "after", shown[-1], key) if has_next and shown else "",
        previous_url=_url(request, "before", shown[0], key) if has_previous and shown else "",
    )
    return shown, page


def _place(text: str) -> tuple[str, str] | None:
    first, _comma, second = text.partition(",")
    return (first, second) if second else None


def _beyond(
    rows: QuerySet[RowType], key: tuple[str, str], place: tuple[str, str] | None, side: str
) -> QuerySet[RowType]:
    if place is None:
        return rows
    first, second = key
    return rows.filter(
        Q(**{f"{first}__{side}": place[0]}) | Q(**{first: place[0], f"{second}__{side}": place[1]})
    )


def _url(request: HttpRequest, direction: str, row: Model, key: tuple[str, str]) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in {"after", "before"}}
    values = ",".join(str(getattr(row, field)) for field in key)
    return f"?{urlencode(kept | {direction: values})}"
