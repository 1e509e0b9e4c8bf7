"""Part of the way back of a row that was changed after a merge: its FHIR text, member by member."""

import json

_scan = json.JSONDecoder().raw_decode


def text_back(before: str, after: str, now: str) -> str:
    """The text as it is now, with what the merge changed and nobody has changed since as it was before."""
    was, left, said = _members(before), _members(after), _members(now)
    names = [*was, *(name for name in said if name not in was)]
    parts = {name: _part_back(was.get(name, ""), left.get(name, ""), said.get(name, "")) for name in names}
    kept = {name: raw for name, raw in parts.items() if raw}
    first = ["meta"] if "meta" in kept else []  # the database splices the version into it
    ordered = [*first, *(name for name in kept if name != "meta")]
    return "{" + ",".join(f"{json.dumps(name)}:{kept[name]}" for name in ordered) + "}"


def _part_back(was: str, left: str, said: str) -> str:
    """One member as it is written; empty where there is none."""
    if said == left:
        return was
    if was == left or not all(raw[:1] in ("[", "") for raw in (was, left, said)):
        return said
    before, after, now = (_items(raw) for raw in (was, left, said))
    back = [item for item in before if item not in after and item not in now]
    items = [*back, *(item for item in now if item in before or item not in after)]
    return f"[{','.join(items)}]" if items else ""


def _members(text: str) -> dict[str, str]:
    """The members of a JSON object as they are written."""
    found: dict[str, str] = {}
    place = 1
    while place < len(text) - 1:
        name, end = _scan(text, place)
        start = text.index(":", end) + 1
        _value, place = _scan(text, start)
        found[name] = text[start:place]
        place += 1
    return found


def _items(text: str) -> list[str]:
    """The items of a JSON array as they are written."""
    found = []
    place = 1
    while place < len(text) - 1:
        start = place
        _value, place = _scan(text, start)
        found.append(text[start:place])
        place += 1
    return found
