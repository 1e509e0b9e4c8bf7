"""Issues with their place, as they are gathered on the way out of a nested value."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

MOST_ISSUES = 50
JSON_WORDS = {
    dict: "an object",
    list: "an array",
    bool: "true or false",
    int: "a number",
    float: "a number",
    Decimal: "a number",
    type(None): "null",
}

Found = list[tuple[str, str, str]]
"""Path below the value (".name", "[1].name"), code of OperationOutcome.issue, what is wrong."""

Check = Callable[[Any], Found | None]


class Issue(NamedTuple):
    """One thing that is wrong: FHIRPath of the place, FHIR issue-type code, words."""

    path: str
    code: str
    diagnostics: str
    severity: str = "error"
    refusal: str = ""
    """The word of the rule of the clinic that refuses, for machines."""


def problem(code: str, diagnostics: str) -> Found:
    """A problem with the value itself."""
    return [("", code, diagnostics)]


def within(found: Found | None, step: str, inner: Found) -> Found:
    """Add the problems of a part, reached by `step`, to those found so far."""
    if found is None:
        found = []
    if len(found) < MOST_ISSUES:
        found.extend((step + path, code, words) for path, code, words in inner)
    return found


def sayable(text: str) -> str:
    """Words that may quote what somebody sent, as any output can hold them."""
    return text.encode("utf-8", "backslashreplace").decode()


def spelled(name: str) -> str:
    """The name of an element as FHIRPath writes it, for names that FHIR never gave too."""
    if name.isascii() and name.isidentifier() and len(name) <= 60:
        return name
    return f"`{shown(name)[1:-1].replace('`', '')}`"


def shown(value: Any) -> str:
    """A value as it may be repeated in a message: short, printable, encodable."""
    text = value if isinstance(value, str) else JSON_WORDS.get(type(value), "something else")
    printable = "".join(mark if mark.isprintable() else "�" for mark in text[:61])
    return f"“{printable[:60]}…”" if len(printable) > 60 else f"“{printable}”"
