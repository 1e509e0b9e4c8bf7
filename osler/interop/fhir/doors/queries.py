"""A search as the caller wrote it: parameters, page, order; refused where it cannot be understood."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl, urlencode

from osler.interop.fhir.lossless import NotJson, read_json, write_json
from osler.interop.fhir.parameters import BadSearch

MOST_ON_A_PAGE = 1000
USUAL_PAGE = 50
PAGE_MARK = "_after"
ABOUT_THE_ANSWER = frozenset(
    {
        "_count",
        "_sort",
        "_summary",
        "_total",
        "_include",
        "_revinclude",
        "_elements",
        "_format",
        "_pretty",
        PAGE_MARK,
    }
)


@dataclass
class Query:
    """One search."""

    criteria: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, modifier and text of each parameter that narrows the search."""
    count: int = USUAL_PAGE
    sort: str = ""
    summary: str = ""
    total: str = ""
    includes: list[str] = field(default_factory=list)
    reverse_includes: list[str] = field(default_factory=list)
    after: tuple[str | None, str] | None = None
    """The sort value and id of the last row of the page before."""
    pairs: list[tuple[str, str]] = field(default_factory=list)
    """Everything as it was given, for the links."""

    def without(self, names: set[str]) -> "Query":
        """The same search without some parameters."""
        kept = [pair for pair in self.pairs if pair[0].partition(":")[0] not in names]
        return replace(self, criteria=[each for each in self.criteria if each[0] not in names], pairs=kept)

    @property
    def asked(self) -> list[str]:
        """By what was searched, for the audit trail: the parameters, never the words sought."""
        return sorted({name for name, _, _ in self.criteria})

    def link(self, after: tuple[str | None, str] | None) -> str:
        """The query of this search, or of the page after a row."""
        pairs = [pair for pair in self.pairs if pair[0] != PAGE_MARK]
        if after is not None:
            pairs.append((PAGE_MARK, page_mark(after)))
        return urlencode(pairs)


def page_mark(after: tuple[str | None, str]) -> str:
    """Where a page ends, as a word for an address."""
    return base64.urlsafe_b64encode(write_json(list(after))).decode().rstrip("=")


def read_page_mark(text: str) -> tuple[str | None, str]:
    """The row that a page mark names."""
    try:
        value, key = read_json(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (NotJson, binascii.Error, ValueError, TypeError) as error:
        raise BadSearch("the page mark of this link is not one of ours", PAGE_MARK) from error
    if not isinstance(key, str) or not (value is None or isinstance(value, str)):
        raise BadSearch("the page mark of this link is not one of ours", PAGE_MARK)
    return value, key


def query_of(pairs: Sequence[tuple[str, str]]) -> Query:
    """Understand the parameters of a search."""
    query = Query(pairs=list(pairs))
    for name, text in pairs:
        if "\x00" in text or "\x00" in name:
            raise BadSearch("a parameter contains a NUL character")
        stem, _, modifier = name.partition(":")
        if stem == "_count":
            query.count = page_size(text)
        elif stem in ("_sort", "_summary", "_total"):
            setattr(query, stem[1:], text)
        elif stem == "_include":
            query.includes.append(text)
        elif stem == "_revinclude":
            query.reverse_includes.append(text)
        elif stem == PAGE_MARK:
            query.after = read_page_mark(text)
        elif stem not in ABOUT_THE_ANSWER:
            query.criteria.append((stem, modifier, text))
    return query


def page_size(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise BadSearch("“_count” is a whole number", "_count")
    return min(int(text), MOST_ON_A_PAGE)


def pairs_of(query_string: str, form: str = "") -> list[tuple[str, str]]:
    """The parameters of an address and a form, in order."""
    try:
        # WSGI hands raw bytes on as Latin-1 (PEP 3333); addresses are UTF-8.
        address = query_string.encode("latin-1", "replace").decode("utf-8", "replace")
        given = parse_qsl(address, keep_blank_values=True, max_num_fields=200)
        return given + parse_qsl(form, keep_blank_values=True, max_num_fields=200)
    except ValueError as error:
        raise BadSearch("the parameters cannot be read") from error
