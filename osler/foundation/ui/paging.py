"""Pages of a list that stay right while rows come and go: by key, not by number."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import unquote, urlencode

from django.core.exceptions import FieldDoesNotExist, ValidationError
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

    `key` names fields that together are unique; `?after=` or `?before=` holds their values. A field
    with a plus before it rises instead. What has no value in a field comes last.
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


@dataclass(frozen=True)
class _Part:
    """A field of the key."""

    field: str
    rises: bool
    is_nullable: bool

    def order(self, going_back: bool) -> OrderBy:
        place = F(self.field)
        at_the_end = True if self.is_nullable else None
        if going_back:
            return place.desc(nulls_first=at_the_end) if self.rises else place.asc(nulls_first=at_the_end)
        return place.asc(nulls_last=at_the_end) if self.rises else place.desc(nulls_last=at_the_end)

    def same(self, value: str) -> Q:
        return Q(**{f"{self.field}__isnull": True}) if self._is_none(value) else Q(**{self.field: value})

    def further(self, value: str, going_back: bool) -> Q:
        if self._is_none(value):  # before those without one come all with one, after them nobody
            return Q(**{f"{self.field}__isnull": False}) if going_back else Q(pk__in=[])
        further = Q(**{f"{self.field}__{'gt' if self.rises != going_back else 'lt'}": value})
        return (
            further | Q(**{f"{self.field}__isnull": True}) if self.is_nullable and not going_back else further
        )

    def _is_none(self, value: str) -> bool:
        return self.is_nullable and not value


def _parts(model: type[Model], key: Key) -> list[_Part]:
    parts = []
    for word in key:
        field = word.removeprefix("+")
        try:
            is_nullable = bool(getattr(model._meta.get_field(field), "null", False))
        except FieldDoesNotExist:  # an annotation
            is_nullable = False
        parts.append(_Part(field, rises=word != field, is_nullable=is_nullable))
    return parts


def _place(text: str, key: Key) -> list[str] | None:
    values = [unquote(value) for value in text.split(",")]
    return values if len(values) == len(key) and values[-1] else None


def _beyond(
    rows: QuerySet[RowType], key: Key, place: list[str] | None, going_back: bool
) -> QuerySet[RowType]:
    """The rows in their order, from the place on."""
    parts = _parts(rows.model, key)
    ordered = rows.order_by(*(part.order(going_back) for part in parts))
    if place is None:
        return ordered
    beyond, same = Q(), Q()
    for part, value in zip(parts, place, strict=True):
        beyond |= same & part.further(value, going_back)
        same &= part.same(value)
    return ordered.filter(beyond)


def _url(request: HttpRequest, direction: str, row: Model, key: Iterable[str]) -> str:
    kept = {name: value for name, value in request.GET.items() if name not in {"after", "before"}}
    given = [getattr(row, field.removeprefix("+")) for field in key]
    values = ",".join("" if value is None else _escaped(str(value)) for value in given)
    return f"?{urlencode(kept | {direction: values})}"


def _escaped(value: str) -> str:
    """A value that may have the comma that stands between values."""
    return value.replace("%", "%25").replace(",", "%2C")
