"""Checks of JSON objects, arrays, references and coded elements, built from smaller checks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from osler.interop.fhir.validation.problems import MOST_ISSUES, Check, Found, problem, shown, spelled, within
from osler.interop.fhir.validation.rules import Rule

MOST_ITEMS = 50_000
LOCAL, NULL = "#local", "#null"
"""Codes of problems that only the object further out can settle; they never leave a resource."""


Choice = tuple[str, frozenset[str], bool]
"""A choice element: its stem, the names it may have, whether one of them is needed."""


@dataclass
class ObjectShape:
    """What is known of an object type before its check is made."""

    name: str
    invariants: Sequence[Rule] = ()
    rules: dict[str, Check] = field(default_factory=dict)
    required: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    is_resource: bool = False

    def add_choice(self, stem: str, names: frozenset[str], *, required: bool) -> None:
        self.choices.append((stem, names, required))

    def add_primitive(self, name: str, check: Check) -> None:
        self.rules["_" + name] = check


def object_check(shape: ObjectShape) -> Check:
    """One pass over an object: each element by its rule, then what must be there, then invariants."""
    rule_of, required, choices = shape.rules.get, tuple(shape.required), tuple(shape.choices)
    invariants = shape.invariants
    # The extension of a primitive (`_gender`) may hold an id alone: the value is its other half.
    may_hold_id_alone = shape.is_resource or shape.name == "Element"

    def check(value: Any) -> Found | None:
        if type(value) is not dict:
            return problem("structure", f"must be a JSON object, not {shown(value)}")
        found: Found | None = None
        for name, item in value.items():
            rule = rule_of(name)
            if rule is None:
                found = within(found, "." + spelled(name), unknown(shape, name))
                continue
            inner = rule(item)
            if inner is not None:
                found = within(found, "." + name, inner)
        for name in required:
            if name not in value and "_" + name not in value:
                found = within(found, "." + name, problem("required", "is required"))
        if choices:
            found = with_miscounted(found, choices, value)
        if len(value) < 2:
            found = with_empty(found, value, may_hold_id_alone)
        return with_invariants(found, invariants, value) if invariants or found else found

    return check


def with_empty(found: Found | None, value: dict[str, Any], may_hold_id_alone: bool) -> Found | None:
    if not value or ("id" in value and not may_hold_id_alone):
        return within(found, "", problem("structure", "must not be empty (ele-1)"))
    return found


def with_invariants(found: Found | None, invariants: Sequence[Rule], value: dict[str, Any]) -> Found | None:
    """Invariants are asked of sound objects only, so that they may trust the types of their parts."""
    if found is not None and any(code == NULL for _, code, _ in found):
        found = without_paired_nulls(found, value)
    if found is None or all(code == LOCAL for _, code, _ in found):
        for broken in invariants:
            if not broken.holds(value):
                found = within(found, "", problem("invariant", f"{broken.says} ({broken.key})"))
    return found


def with_miscounted(found: Found | None, choices: Sequence[Choice], value: dict[str, Any]) -> Found | None:
    for stem, names, needed in choices:
        # frozenset.intersection over a dict looks at each key once
        count = len(names.intersection(value))
        if count > 1 or (needed and not count):
            found = miscounted(found, stem, names, value)
    return found


def unknown(shape: ObjectShape, name: str) -> Found:
    return problem("structure", f"is not an element of {shape.name}")


def miscounted(found: Found | None, stem: str, names: frozenset[str], value: dict[str, Any]) -> Found | None:
    given = [name for name in value if name.removeprefix("_") in names]
    if len({name.removeprefix("_") for name in given}) > 1:
        words = f"only one of {', '.join(sorted(given))} may be given"
        return within(found, f".{stem}", problem("structure", words))
    if not given:
        return within(found, f".{stem}", problem("required", "is required"))
    return found


def without_paired_nulls(found: Found, value: dict[str, Any]) -> Found | None:
    """In arrays of primitives a null may stand where the twin array has something."""
    kept = [each for each in found if each[1] != NULL or not has_twin(each[0], value)]
    return [(path, "structure" if code == NULL else code, words) for path, code, words in kept] or None


def has_twin(path: str, value: dict[str, Any]) -> bool:
    """`.given[1]`: whether `_given[1]` is there, and the other way round."""
    name, _, index = path[1:].rstrip("]").partition("[")
    twins = value.get(name[1:] if name.startswith("_") else "_" + name)
    if type(twins) is not list or not index.isdigit() or int(index) >= len(twins):
        return False
    return twins[int(index)] is not None


def settled(found: Found | None, value: dict[str, Any]) -> Found | None:
    """What a whole resource says of its inside: local references resolve, contained ones are used."""
    if found is not None:
        contained = value.get("contained")
        items = contained if type(contained) is list else []
        ids = {f"#{item.get('id')}" for item in items if type(item) is dict} | {"#"}
        found = resolved(found, ids) or None
    if found is None and "contained" in value:
        found = unreferenced(value)
    return found


def resolved(found: Found, ids: set[str]) -> Found:
    words = "{} is not the id of a contained resource (ref-1)"
    return [
        (path, "not-found", words.format(shown(text))) if code == LOCAL else (path, code, text)
        for path, code, text in found
        if code != LOCAL or text not in ids
    ]


def unreferenced(value: dict[str, Any]) -> Found | None:
    """dom-3: each contained resource is referred to, or refers to its container."""
    mentioned: set[str] = set()
    speaking: set[str] = set()
    for item in value["contained"]:
        inside = local_references(item)
        mentioned |= inside
        if "#" in inside:
            speaking.add(f"#{item.get('id')}")
    outer = {name: part for name, part in value.items() if name != "contained"}
    mentioned |= local_references(outer) | speaking
    found = None
    for index, item in enumerate(value["contained"]):
        if f"#{item.get('id')}" not in mentioned:
            words = problem("invariant", "is contained but nothing refers to it (dom-3)")
            found = within(found, f".contained[{index}]", words)
    return found


def local_references(value: Any) -> set[str]:
    """All strings inside that point to a contained resource."""
    found: set[str] = set()
    rest = [value]
    while rest:
        part = rest.pop()
        if type(part) is dict:
            rest.extend(part.values())
        elif type(part) is list:
            rest.extend(part)
        elif type(part) is str and part[:1] == "#":
            found.add(part)
    return found


def many(check: Check, *, nulls: bool = False) -> Check:
    """A check for a JSON array of things; null may stand only where the twin array has something."""

    def check_many(value: Any) -> Found | None:
        if type(value) is not list:
            return problem("structure", f"must be a JSON array, not {shown(value)}")
        if not value:
            return problem("structure", "must not be an empty array")
        if len(value) > MOST_ITEMS:
            return problem("too-costly", f"has {len(value)} items, more than {MOST_ITEMS}")
        found: Found | None = None
        for index, item in enumerate(value):
            inner = check(item)
            if inner is not None:
                if item is None:
                    inner = problem(NULL, "must not be null")
                found = within(found, f"[{index}]", inner)
                if len(found) >= MOST_ISSUES:
                    break
        return found

    return check_many


def bound_to(check: Check, kind: str, name: str, codes: Mapping[str, frozenset[str]]) -> Check:
    """A check that a coded element has a code of its required value set."""
    every = frozenset[str]().union(*codes.values())

    def check_code(value: Any) -> Found | None:
        if type(value) is str and value in every:
            return None
        found = check(value)
        return found or problem("code-invalid", f"{shown(value)} is not a code of {name}")

    def known(coding: dict[str, Any]) -> bool:
        return coding.get("code") in codes.get(coding.get("system", ""), frozenset())

    def check_coded(value: Any) -> Found | None:
        found = check(value)
        if found is not None:
            return found
        codings = value.get("coding", ()) if kind == "CodeableConcept" else (value,)
        if any(known(coding) for coding in codings) or "extension" in value:
            return None
        return problem("code-invalid", f"has no code of {name}")

    return check_coded if kind in ("CodeableConcept", "Coding", "Quantity") else check_code


def local_or(check: Check) -> Check:
    """A check of references that leaves those to contained resources to the resource round them."""

    def check_reference(value: Any) -> Found | None:
        found = check(value)
        if found is None and value.get("reference", "")[:1] == "#":
            return [(".reference", LOCAL, value["reference"])]
        return found

    return check_reference


def reference_to(check: Check, targets: frozenset[str]) -> Check:
    """A check that a reference, if it names a type, names one of these."""
    from_facts = ", ".join(sorted(targets))

    def check_reference(value: Any) -> Found | None:
        found = check(value)
        if found is not None and found[0][1] != LOCAL:
            return found
        named = target_type(value.get("reference", "")) or value.get("type", "")
        if named and named not in targets and named[:1].isupper():
            return [(".reference", "value", f"must refer to {from_facts}, not to {shown(named)}")]
        return found

    return check_reference


def target_type(reference: str) -> str:
    """`Patient` in `Patient/1`, `https://a.org/fhir/Patient/1` or `Patient?identifier=1`, else empty."""
    if reference[:4] == "urn:" or reference[:1] == "#":
        return ""
    parts = reference.partition("?")[0].split("/")
    if "_history" in parts:
        parts = parts[: parts.index("_history")]
    if "?" in reference:
        return parts[-1]
    return parts[-2] if len(parts) > 1 else ""
