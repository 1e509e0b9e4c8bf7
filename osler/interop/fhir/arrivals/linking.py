"""References: what they point to where they come from, and what they point to here."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from osler.interop.fhir.arrivals.arriving import Arriving, Key
from osler.interop.fhir.arrivals.knowing import identifiers_of, is_id, is_uuid
from osler.interop.fhir.validation.schema import resource_types

Names = dict[str, Key]
"""Full URLs and conditional references of a batch, with the key each stands for."""


def names_of(arriving: list[Arriving]) -> Names:
    """What the resources of a batch may be called by each other."""
    names: Names = {}
    for each in arriving:
        if each.arrival.full_url:
            names.setdefault(each.arrival.full_url, each.key)
        found = each.arrival.resource.get("id")
        if isinstance(found, str):
            names.setdefault(f"{each.resource_type}/{found}", each.key)
        for system, value in identifiers_of(each.arrival.resource):
            names.setdefault(f"{each.resource_type}?identifier={system}|{value}", each.key)
    return names


def key_named(reference: str, names: Names, source: str) -> Key | None:
    """The key that a reference stands for; None if it points outside, inside, or nowhere."""
    if reference in names:
        return names[reference]
    if reference[:1] == "#" or ":" in reference[:12]:
        return None
    resource_type, slash, rest = reference.partition("/")
    if slash and resource_type in resource_types():
        source_id = rest.partition("/")[0]
        if not is_id(source_id):
            return None
        return Key(resource_type, source_id, "" if is_uuid(source_id) else source)
    if "?" in reference:
        resource_type, _, query = reference.partition("?")
        asked = dict(parse_qsl(query))
        return names.get(f"{resource_type}?identifier={asked.get('identifier', '')}")
    return None


def references_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every Reference inside a resource."""
    rest = [value]
    while rest:
        part = rest.pop()
        if type(part) is dict:
            if type(part.get("reference")) is str:
                yield part
            rest.extend(part.values())
        elif type(part) is list:
            rest.extend(part)


def place_of(part: Any, value: Any, path: str = "") -> str:
    """Where an object stands inside a resource: `.subject`, `.performer[1]`; empty if it is not inside."""
    inside = value.items() if type(value) is dict else enumerate(value) if type(value) is list else ()
    for name, inner in inside:
        step = f"{path}.{name}" if type(value) is dict else f"{path}[{name}]"
        found = step if inner is part else place_of(part, inner, step)
        if found:
            return found
    return ""


def relinked(value: Any, rename: Callable[[str], str]) -> Any:
    """A copy in which each reference is renamed; what holds none is shared, not copied."""
    if type(value) is dict:
        copy = {
            name: relinked(part, rename) if type(part) in (dict, list) else part
            for name, part in value.items()
        }
        reference = copy.get("reference")
        if type(reference) is str:
            copy["reference"] = rename(reference)
        return copy
    return [relinked(part, rename) if type(part) in (dict, list) else part for part in value]
