"""Pages of a list that stay right while rows come and go: by key, not by number."""

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import F, Model, OrderBy, Q, QuerySet
from django.http import HttpRequest

from osler.foundation.ui.shell import KeysetPage

RowType = TypeVar("RowType", bound=Model)
Key = tuple[str, ...]
SIZE = 50


def keyset_page(
    rows: QuerySet[RowType], request: HttpRequest, *, key: Key, size: int = SIZE
) -> tuple[list[RowType], KeysetPage]:
    """One page of rows, the greatest key first, and the addresses of its neighbours.

    `key` names fields that together are unique; `?after=` or `?before=` holds their values. What
    has no value in a field comes last.
    """
    going_back = "before" in request.GET
    place = _place(request.GET.get("before") or request.GET.get("after") or "", key)
    try:
        found = list(_beyond(rows, key, place, going_back)[: size + 1])
    except (ValueError, ValidationError):
        place, going_back = None, False
        found = list(_beyond(rows, key, None, going_back)[: size + 1])
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


def _place(text: str, key: Key) -> list[str] | None:
    values = text.split(",")
    return values if len(values) == len(key) and values[-1] else None


def _beyond(
    rows: QuerySet[RowType], key: Key, place: list[str] | None, going_back: bool
) -> QuerySet[RowType]:
    """The rows in their order, from the place on."""
    nullable = {field for field in key if rows.model._meta.get_field(field).null}
    ordered = rows.order_by(*(_order(field, field in nullable, going_back) for field in key))
    if place is None:
        return ordered
    beyond, same = Q(), Q()
    for field, value in zip(key, place, strict=True):
        beyond |= same & _further(field, value, field in nullable, going_back)
        same &= Q(**{field: value}) if value else Q(**{f"{field}__isnull": True})
    return ordered.filter(beyond)


def _order(field: str, is_nullable: bool, going_back: bool) -> OrderBy:
    if going_back:
        return F(field).asc(nulls_first=True if is_nullable else None)
    return F(field).desc(nulls_last=True if is_nullable else None)


def _further(field: str, value: str, is_nullable: bool, going_back: bool) -> Q:
    if not value:  # among those without one: before them come all with one, after them nobody
        return Q(**{f"{field}__isnull": False}) if going_back else Q(pk__in=[])
    further = Q(**{f"{field}__{'gt' if going_back else 'lt'}": value})
    return further | Q(**{f"{field}__isnull": True}) if is_nullable and not going_back else further


def _url(request: HttpRequest, direction: str, row: Model, key: Iterable[str]) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in {"after", "before"}}
    given = [getattr(row, field) for field in key]
    values = ",".join("" if value is None else str(value) for value in given)
    return f"?{urlencode(kept | {direction: values})}"
