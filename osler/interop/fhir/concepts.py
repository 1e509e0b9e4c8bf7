"""Elements that hold codes with their systems: CodeableConcept and Coding."""

from typing import Any

from osler.interop.fhir.elements import Element, Json, Values, put


def codings_of(concept: Any) -> list[Json]:
    """The codings of a CodeableConcept."""
    if not isinstance(concept, dict):
        return []
    return [coding for coding in concept.get("coding", ()) if isinstance(coding, dict)]


def meant(coding: Json) -> tuple[str, str]:
    """System and code of a coding."""
    return coding.get("system") or "", coding.get("code") or ""


class Concept(Element):
    """A CodeableConcept in three columns: system, code, words. The first coding counts.

    `many` means that the element repeats and its first item is meant.
    """

    def __init__(
        self, name: str, columns: tuple[str, str, str] = ("system", "code", "display"), *, many: bool = False
    ) -> None:
        self.name, self.columns, self.many = name, columns, many

    def concept(self, resource: Json) -> Any:
        found = resource.get(self.name)
        return found[0] if self.many and found else found

    def read(self, resource: Json) -> Values:
        concept = self.concept(resource) or {}
        first = next(iter(codings_of(concept)), {})
        words = concept.get("text") or first.get("display") or ""
        return (
            self.fit(0, first.get("system")),
            self.fit(1, first.get("code")),
            self.fit(2, words, cut=True),
        )

    def write(self, resource: Json, values: Values) -> None:
        system, code, words = values
        coding = {key: text for key, text in (("system", system), ("code", code), ("display", words)) if text}
        old = self.concept(resource)
        said = [each for each in codings_of(old) if meant(each) == (system, code)] if code else []
        if said:  # the same in our words: other systems' codings of it stay true
            others = [each for each in codings_of(old) if each not in said]
            concept: Json = {**old, "coding": [*said, *others]}
        else:
            concept = {"coding": [coding]} if code else {}
        put(concept, "text", words)
        if not self.many:
            put(resource, self.name, concept)
        else:
            rest = (resource.get(self.name) or [])[1:]
            put(resource, self.name, [concept, *rest] if concept else rest)


class FixedConcept(Element):
    """A CodeableConcept of one known system, in one column: `clinicalStatus`, `category[]`."""

    def __init__(
        self, path: str, column: str, system: str, default: str = "", *, any_system: bool = False
    ) -> None:
        self.name, self.many = path.removesuffix("[]"), path.endswith("[]")
        self.columns, self.system, self.default = (column,), system, default
        self.any_system = any_system

    def read(self, resource: Json) -> Values:
        found = resource.get(self.name)
        items = (found or ()) if self.many else (found,)
        codings = [coding for item in items for coding in codings_of(item)]
        for coding in codings:
            code = self.fit(0, coding.get("code"))
            if code and coding.get("system") == self.system:
                return (code,)
        other = next((self.fit(0, coding.get("code")) for coding in codings), "") if self.any_system else ""
        return (other or (self.default if not codings else ""),)

    def write(self, resource: Json, values: Values) -> None:
        concept = {"coding": [{"system": self.system, "code": values[0]}]} if values[0] else None
        if not self.many:
            put(resource, self.name, concept)
            return
        others = [item for item in resource.get(self.name, []) if not self.is_ours(item)]
        put(resource, self.name, [concept, *others] if concept else others)

    def is_ours(self, item: Any) -> bool:
        return any(coding.get("system") == self.system for coding in codings_of(item))


class CodingCode(Element):
    """A Coding of one known system in one column: `class` of an Encounter."""

    def __init__(self, name: str, column: str, system: str) -> None:
        self.name, self.columns, self.system = name, (column,), system

    def read(self, resource: Json) -> Values:
        return (self.fit(0, (resource.get(self.name) or {}).get("code")),)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, self.name, {"system": self.system, "code": values[0]} if values[0] else None)
