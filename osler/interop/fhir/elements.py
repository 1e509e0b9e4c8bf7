"""How an element of a resource and columns of a row say the same: the words of the tables.

`read` takes the values of its columns out of a resource, `write` puts values into one. A resource
text is only touched where reading it gives other values than the row has: what our columns do not
hold stays as it came.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.utils import timezone

Json = dict[str, Any]
Values = tuple[Any, ...]


class Element:
    """A part of a resource that columns hold."""

    columns: tuple[str, ...] = ()
    keeps = False
    """Whether empty columns leave alone what the text says."""

    def bind(self, model: type[models.Model]) -> None:
        """Learn from the model how long the columns are and what they may say."""
        self.fields: list[Any] = [model._meta.get_field(name) for name in self.columns]

    def values(self, row: models.Model) -> Values:
        """What the row says."""
        if len(self.columns) == 1:
            return (getattr(row, self.columns[0]),)
        return tuple([getattr(row, name) for name in self.columns])  # a list is the quicker way to a tuple

    def read(self, resource: Json) -> Values:
        """What the resource says, in the form of the columns."""
        raise NotImplementedError

    def write(self, resource: Json, values: Values) -> None:
        """Make the resource say it."""
        raise NotImplementedError

    def fit(self, index: int, text: Any, *, cut: bool = False) -> str:
        """A text as the column can hold it: a code whole or not at all, words cut at the end."""
        if not isinstance(text, str):
            return ""
        field = self.fields[index]
        longest = getattr(field, "max_length", None)
        if longest is not None and len(text) > longest:
            return text[:longest] if cut else ""
        if not cut and field.choices and text not in dict(field.flatchoices):
            return ""
        return text


def put(resource: Json, name: str, value: Any) -> None:
    """Set an element, or take it out when there is nothing to say."""
    if not value and value in (None, "", [], {}):
        resource.pop(name, None)
        resource.pop(f"_{name}", None)
    else:
        resource[name] = value


class Code(Element):
    """A code that is stored as it is."""

    def __init__(self, name: str, column: str, default: str = "") -> None:
        self.name, self.columns, self.default = name, (column,), default

    def read(self, resource: Json) -> Values:
        return (self.fit(0, resource.get(self.name)) or self.default,)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, self.name, values[0])


class Words(Code):
    """A string that may be cut to the length of its column."""

    def read(self, resource: Json) -> Values:
        return (self.fit(0, resource.get(self.name), cut=True) or self.default,)


class Switch(Element):
    """A boolean; absent means `default`."""

    def __init__(self, name: str, column: str, *, default: bool) -> None:
        self.name, self.columns, self.default = name, (column,), default

    def read(self, resource: Json) -> Values:
        return (resource.get(self.name, self.default),)

    def write(self, resource: Json, values: Values) -> None:
        resource[self.name] = values[0]


def instant_of(text: Any) -> datetime | None:
    """The first instant that a FHIR date or dateTime means; days begin in the clinic's zone."""
    if not isinstance(text, str) or not text:
        return None
    try:
        if "T" in text:
            leap = text[17:19] == "60"  # a leap second, which Python has not
            return datetime.fromisoformat(text[:17] + "59" + text[19:] if leap else text)
        start = datetime.fromisoformat((text + "-01-01")[:10])
        return timezone.make_aware(start)
    except (ValueError, OverflowError):
        return None


def end_of(text: Any) -> datetime | None:
    """The last instant that a FHIR date or dateTime means."""
    start = instant_of(text)
    if start is None or "T" in text:
        return start
    parts = text.split("-")
    if len(parts) == 3:
        following = start.date() + timedelta(days=1)
    elif len(parts) == 2:
        following = (start.date().replace(day=1) + timedelta(days=32)).replace(day=1)
    else:
        following = date(start.year + 1, 1, 1) if start.year < 9999 else date(9999, 12, 31)
    midnight = timezone.make_aware(datetime.combine(following, time.min))
    return midnight - timedelta(microseconds=1)


def instant_text(at: datetime | None) -> str:
    """An instant as FHIR writes it, on the clock of the clinic."""
    return timezone.localtime(at).isoformat() if at is not None else ""


def read_path(resource: Json, path: str) -> Any:
    """`effectivePeriod.start`: an element of an element."""
    value: Any = resource
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


class Moment(Element):
    """An instant, read from the first of several places (`onsetDateTime`, `onsetPeriod.start`)."""

    def __init__(self, column: str, *names: str) -> None:
        self.columns, self.names = (column,), names

    def read(self, resource: Json) -> Values:
        found = (instant_of(read_path(resource, name)) for name in self.names)
        return (next((at for at in found if at is not None), None),)

    def write(self, resource: Json, values: Values) -> None:
        first, _, inner = self.names[0].partition(".")
        for name in self.names:
            if name.partition(".")[0] != first:
                put(resource, name.partition(".")[0], None)
        said: Any = instant_text(values[0])
        if inner:  # the end of a period that may have a start
            said = dict(resource.get(first) or {}, **{inner: said})
            put(said, inner, said[inner])
        put(resource, first, said)


class Span(Element):
    """A period, or its start alone under another name (`performedPeriod`, `performedDateTime`)."""

    def __init__(self, start: str, end: str, period: str, instant: str = "") -> None:
        self.columns, self.period, self.instant = (start, end), period, instant

    def read(self, resource: Json) -> Values:
        period = resource.get(self.period) or {}
        start = instant_of(period.get("start")) or instant_of(resource.get(self.instant))
        end = instant_of(period.get("end"))
        if start is not None and end is not None and end < start:
            end = None
        return start, end

    def write(self, resource: Json, values: Values) -> None:
        start, end = values
        ends = {"start": instant_text(start), "end": instant_text(end)}
        as_instant = self.instant and end is None
        put(resource, self.period, None if as_instant else {k: v for k, v in ends.items() if v})
        if self.instant:
            put(resource, self.instant, ends["start"] if as_instant else None)


class Day(Element):
    """A date; a year or month alone becomes its first day and is marked as estimated."""

    def __init__(self, name: str, column: str, estimated: str) -> None:
        self.name, self.columns = name, (column, estimated)

    def read(self, resource: Json) -> Values:
        text = resource.get(self.name)
        if not isinstance(text, str):
            return None, False
        day = date.fromisoformat((text + "-01-01")[:10])
        return (day if day.year >= 1850 else None), len(text) < 10

    def write(self, resource: Json, values: Values) -> None:
        day, estimated = values
        put(resource, self.name, (str(day.year) if estimated else day.isoformat()) if day else "")


class Link(Element):
    """A reference to a row of one type: `subject`, `performer[]`, `participant[].individual`."""

    keeps = True  # the text may refer to what no table holds

    def __init__(self, path: str, column: str, resource_type: str) -> None:
        self.column, self.columns = column, (f"{column}_id",)
        self.head, _, self.tail = path.partition("[].")
        self.repeats = "[]" in path
        self.head = self.head.removesuffix("[]")
        self.prefix = f"{resource_type}/"
        self.resource_type = resource_type

    def bind(self, model: type[models.Model]) -> None:
        self.fields = [model._meta.get_field(self.column)]

    def read(self, resource: Json) -> Values:
        items = resource.get(self.head) or ()
        for item in items if self.repeats else (items,):
            reference = item.get(self.tail) if self.tail and isinstance(item, dict) else item
            found = self.target(reference)
            if found is not None:
                return (found,)
        return (None,)

    def target(self, reference: Any) -> UUID | None:
        text = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(text, str) or not text.startswith(self.prefix):
            return None
        try:
            return UUID(text[len(self.prefix) :])
        except ValueError:
            return None

    def write(self, resource: Json, values: Values) -> None:
        if values[0] is None:
            return
        reference = {"reference": f"{self.prefix}{values[0]}"}
        if not self.repeats:
            resource[self.head] = reference
            return
        old = [item for item in resource.get(self.head, []) if not self.is_ours(item)]
        resource[self.head] = [{self.tail: reference} if self.tail else reference, *old]

    def is_ours(self, item: Any) -> bool:
        return self.target(item.get(self.tail) if self.tail else item) is not None


class Note(Element):
    """The first of the notes, in words."""

    def __init__(self, column: str) -> None:
        self.columns = (column,)

    def read(self, resource: Json) -> Values:
        notes = resource.get("note") or [{}]
        return (self.fit(0, notes[0].get("text"), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        rest = (resource.get("note") or [])[1:]
        put(resource, "note", [{"text": values[0]}, *rest] if values[0] else rest)


class Told(Element):
    """An element that the row alone says, by a function; of live tables, which nothing is read into."""

    def __init__(self, name: str, tell: Callable[[Any], Any]) -> None:
        self.name, self.tell = name, tell

    def values(self, row: models.Model) -> Values:
        return (self.tell(row),)

    def read(self, resource: Json) -> Values:
        return ()

    def write(self, resource: Json, values: Values) -> None:
        put(resource, self.name, values[0])


def bound(elements: Sequence[Element], model: type[models.Model]) -> tuple[Element, ...]:
    """The elements, each told of its model."""
    for element in elements:
        element.bind(model)
    return tuple(elements)
