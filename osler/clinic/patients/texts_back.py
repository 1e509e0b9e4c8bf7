"""Part of the way back of a row that was changed after a merge: its FHIR text, member by member."""

import json
from json.decoder import scanstring
from json.scanner import py_make_scanner

_scan = py_make_scanner(json.JSONDecoder())


def text_back(before: str, after: str, now: str) -> str:
    """The text as it is now, with what the merge changed and nobody has changed since as it was before."""
    was, left, said = _members(before), _members(after), _members(now)
    names = [*was, *(name for name in said if name not in was)]
    parts = {name: was.get(name) if said.get(name) == left.get(name) else said.get(name) for name in names}
    kept = {name: raw for name, raw in parts.items() if raw is not None}
    first = ["meta"] if "meta" in kept else []  # the database splices the version into it
    ordered = [*first, *(name for name in kept if name != "meta")]
    return "{" + ",".join(f"{json.dumps(name)}:{kept[name]}" for name in ordered) + "}"


def _members(text: str) -> dict[str, str]:
    """The members of a JSON object as they are written."""
    found: dict[str, str] = {}
    place = 1
    while place < len(text) - 1:
        name, end = scanstring(text, text.index('"', place) + 1)
        start = text.index(":", end) + 1
        _value, place = _scan(text, start)
        found[name] = text[start:place]
        place += 1
    return found
