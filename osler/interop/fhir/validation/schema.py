"""Turn the facts about FHIR R4 types into nested checks, one closure a type."""

import json
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

from osler.interop.fhir.validation.elements import (
    ObjectShape,
    bound_to,
    local_or,
    many,
    object_check,
    reference_to,
    settled,
)
from osler.interop.fhir.validation.invariants import INVARIANTS
from osler.interop.fhir.validation.primitives import PRIMITIVES
from osler.interop.fhir.validation.problems import Check, Found, problem, shown

FACTS = Path(__file__).parents[1] / "definitions" / "r4_types.json"
BACKBONE = {"BackboneElement": ("Element", "BackboneElement"), "Element": ("Element",)}


@cache
def facts() -> dict[str, Any]:
    """The reduced definitions of FHIR R4 (made by tools/compile_fhir_definitions.py)."""
    found: dict[str, Any] = json.loads(FACTS.read_text())
    return found


@cache
def resource_types() -> frozenset[str]:
    """All concrete resource types of R4."""
    types = facts()["types"]
    return frozenset(
        name for name, lines in types.items() if lines.get("@") in ("Resource", "DomainResource")
    ) - {"DomainResource"}


class Schema:
    """Checks of R4 types, made when first asked for."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = dict(PRIMITIVES)
        self.checks["Resource"] = self.resource
        self.pending: set[str] = set()
        self.making = RLock()

    def check_of(self, name: str) -> Check:
        """The check of a primitive, complex or resource type, or of a part such as `Claim.item`."""
        ready = self.checks.get(name)
        if ready is not None:
            return ready
        with self.making:  # what is pending is so for the thread that makes it alone
            return self.checks.get(name) or self._made(name)

    def _made(self, name: str) -> Check:
        if name in self.pending:  # a type that contains itself: look it up when it runs
            return lambda value: self.checks[name](value)
        self.pending.add(name)
        check = object_check(self.shape_of(name))
        if name == "Reference":
            check = local_or(check)
        self.checks[name] = check
        self.pending.discard(name)
        return check

    def resource(self, value: Any) -> Found | None:
        """A whole resource; references to contained ones must resolve inside it."""
        found = self.by_type(value)
        return settled(found, value) if type(value) is dict else found

    def by_type(self, value: Any) -> Found | None:
        """The check of the type that `resourceType` says."""
        if type(value) is not dict:
            return problem("structure", f"must be a JSON object, not {shown(value)}")
        if "resourceType" not in value:
            return [(".resourceType", "required", "is missing: this is no FHIR resource")]
        name = value["resourceType"]
        if type(name) is not str or name not in resource_types():
            return [(".resourceType", "structure", f"{shown(name)} is not an R4 resource type")]
        return self.check_of(name)(value)

    def shape_of(self, name: str) -> ObjectShape:
        shape = ObjectShape(name, INVARIANTS.get(name, ()))
        lines = {**self.inherited(name), **facts()["types"][name]}
        base = lines.pop("@", "")
        if base:
            shape.rules["resourceType"] = lambda _: None
            shape.is_resource = True
        for element, line in lines.items():
            self.add_element(shape, element, line)
        return shape

    def inherited(self, name: str) -> dict[str, str]:
        types = facts()["types"]
        base = types[name].get("@")
        if base is None:
            return dict(types["Element"])
        lines: dict[str, str] = {}
        for parent in ("Resource", "DomainResource"):
            if base == "DomainResource" or parent == base:
                lines.update(types[parent])
        return lines

    def add_element(self, shape: ObjectShape, element: str, line: str) -> None:
        cardinality, *words = line.split()
        minimum, _, maximum = cardinality.partition("..")
        bound = words.pop()[1:] if words and words[-1].startswith("=") else ""
        if maximum == "0":
            return
        if element.endswith("[x]"):
            stem = element[:-3]
            names = {}
            for word in words:
                kind = word.partition("(")[0]
                names[stem + kind[0].upper() + kind[1:]] = word
            shape.add_choice(stem, frozenset(names), required=minimum != "0")
        else:
            names = {element: words[0]}
            if minimum != "0":
                shape.required.append(element)
        for name, word in names.items():
            repeats = maximum != "1"
            self.add_rule(shape, name, self.typed(word, bound), repeats=repeats)
            if word.partition("(")[0] in PRIMITIVES:
                extension = self.check_of("Element")
                shape.add_primitive(name, many(extension, nulls=True) if repeats else extension)

    def add_rule(self, shape: ObjectShape, name: str, check: Check, *, repeats: bool) -> None:
        if name == "contained":
            check = self.contained
        shape.rules[name] = many(check) if repeats else check

    def contained(self, value: Any) -> Found | None:
        """A resource inside another: it has no contained ones and no version of its own."""
        found = self.by_type(value)
        if found is not None:
            return found
        if "contained" in value:
            return problem("invariant", "a contained resource may not contain resources (dom-2)")
        if {"versionId", "lastUpdated"} & value.get("meta", {}).keys():
            return problem("invariant", "a contained resource has no version of its own (dom-4)")
        if "security" in value.get("meta", {}):
            return problem("invariant", "a contained resource has no security labels (dom-5)")
        return None

    def typed(self, word: str, bound: str) -> Check:
        """The check for a type as the facts write it: `code`, `Reference(Patient|Group)`, `X.y:Element`."""
        name, _, rest = word.partition("(")
        if rest:
            return reference_to(self.check_of("Reference"), frozenset(rest[:-1].split("|")))
        name, _, backbone = name.partition(":")
        if backbone == "BackboneElement":
            facts()["types"][name].setdefault("modifierExtension", "0..* Extension")
        check = self.check_of(name)
        if not bound:
            return check
        codes = {system: frozenset(text.split()) for system, text in facts()["codes"][bound].items()}
        return bound_to(check, name, bound, codes)


SCHEMA = Schema()
