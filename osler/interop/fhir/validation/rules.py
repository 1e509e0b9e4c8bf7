"""The shape of an invariant, and the words they are written with."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

Object = dict[str, Any]
UCUM = "http://unitsofmeasure.org"


class Rule(NamedTuple):
    """An invariant: its key in R4, what it says, and whether a sound object keeps it."""

    key: str
    says: str
    holds: Callable[[Object], bool]


def has_choice(value: Object, stem: str) -> bool:
    """Whether some `stem[x]` is there."""
    return any(name.lstrip("_").startswith(stem) and name.lstrip("_") != stem for name in value)


def has_code(concept: Any, system: str, *codes: str) -> bool:
    """Whether a CodeableConcept has one of the codes of a system."""
    codings = concept.get("coding", ()) if isinstance(concept, dict) else ()
    return any(coding.get("system") == system and coding.get("code") in codes for coding in codings)


def one_of(*names: str) -> Callable[[Object], bool]:
    """At least one of the elements is there."""
    wanted = frozenset(names) | {f"_{name}" for name in names}
    return lambda value: not wanted.isdisjoint(value)


def not_both(first: str, second: str) -> Callable[[Object], bool]:
    """The two exclude each other."""
    return lambda value: not (first in value and second in value)


def needs(given: str, other: str) -> Callable[[Object], bool]:
    """Where the first is, the second must be."""
    return lambda value: given not in value or other in value or f"_{other}" in value


def bounds(text: str) -> tuple[datetime, datetime]:
    """The first and the last instant that a FHIR date or dateTime may mean; raises ValueError."""
    if "T" in text:
        text = text.replace(":60", ":59", 1) if text[17:19] == "60" else text
        at = datetime.fromisoformat(text)
        return at, at
    first = datetime.fromisoformat((text + "-01-01")[:10]).replace(tzinfo=UTC)
    last = datetime.fromisoformat((text + ("-12-28" if len(text) == 4 else "-28"))[:10])
    return first, last.replace(hour=23, minute=59, second=59, tzinfo=UTC)


def in_order(start: Any, end: Any) -> bool:
    """Whether a start may be at or before an end; what cannot be compared is let through."""
    if not isinstance(start, str) or not isinstance(end, str):
        return True
    if len(start) == len(end) and start[-6:] == end[-6:] and "T" in start:
        return start <= end
    # FHIRPath: values of unequal precision are not comparable unless they already differ.
    if ("T" in start) != ("T" in end):
        start, end = start[:10], end[:10]
    elif "T" not in start:
        shorter = min(len(start), len(end))
        start, end = start[:shorter], end[:shorter]
    try:
        return bounds(start)[0] <= bounds(end)[1]
    except ValueError:
        return True
