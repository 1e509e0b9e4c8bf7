"""Elements of people and places: names, telecoms, addresses, identifiers."""

from typing import Any

from osler.interop.fhir.elements import Element, Json, Values, put


def preferred(items: Any, *uses: str) -> Json:
    """The first item of the first of these uses, else the first that is not old."""
    rows: list[Json] = [item for item in items or () if isinstance(item, dict)]
    for use in uses:
        for item in rows:
            if item.get("use") == use:
                return item
    return next((item for item in rows if item.get("use") not in ("old", "temp", "maiden")), {})


def replace(items: Any, old: Json, new: Json) -> list[Json]:
    """The items with the new one in the place of the old, or in front."""
    rows = list(items or ())
    for index, item in enumerate(rows):
        if item is old:
            rows[index] = new
            return [row for row in rows if row]
    return [row for row in (new, *rows) if row]


class Name(Element):
    """The official name: given names, family name, suffix, perhaps prefix."""

    def __init__(self, given: str, family: str, suffix: str, prefix: str = "") -> None:
        self.columns = (given, family, suffix, *([prefix] if prefix else []))

    def read(self, resource: Json) -> Values:
        name = preferred(resource.get("name"), "official", "usual")
        parts = [name.get("given"), [name.get("family")], name.get("suffix"), name.get("prefix")]
        texts = [" ".join(part for part in words or () if part) for words in parts]
        if not texts[0] and not texts[1]:
            texts[1] = name.get("text") or ""
        return tuple(self.fit(i, text, cut=True) for i, text in enumerate(texts[: len(self.columns)]))

    def write(self, resource: Json, values: Values) -> None:
        given, family, suffix, *prefix = values
        old = preferred(resource.get("name"), "official", "usual")
        new = {key: part for key, part in old.items() if key in ("use", "period", "extension", "id")}
        new.setdefault("use", "official")
        put(new, "family", family)
        put(new, "given", given.split())
        put(new, "suffix", [suffix] if suffix else [])
        if prefix:
            put(new, "prefix", [prefix[0]] if prefix[0] else [])
        named = given or family
        put(resource, "name", replace(resource.get("name"), old, new if named else {}))


class NameUsed(Element):
    """The name a patient wants to be called by (`use` usual or nickname)."""

    def __init__(self, column: str) -> None:
        self.columns = (column,)

    def found(self, resource: Json) -> Json:
        rows = resource.get("name") or ()
        official = any(row.get("use") == "official" for row in rows)
        uses = ("nickname", "usual") if official else ("nickname",)
        return next((row for use in uses for row in rows if row.get("use") == use), {})

    def read(self, resource: Json) -> Values:
        name = self.found(resource)
        words = name.get("text") or " ".join(part for part in name.get("given") or () if part)
        return (self.fit(0, words, cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        new = {"use": "nickname", "text": values[0], "given": values[0].split()} if values[0] else {}
        old = self.found(resource)
        if old:
            put(resource, "name", replace(resource.get("name"), old, new))
        elif new:
            resource["name"] = [*(resource.get("name") or ()), new]


class FullName(Element):
    """A name in one column, as said aloud."""

    def __init__(self, column: str, *, single: bool = False) -> None:
        self.columns, self.single = (column,), single

    def read(self, resource: Json) -> Values:
        found = resource.get("name")
        name = (found or {}) if self.single else preferred(found, "official", "usual")
        parts = [*(name.get("given") or ()), name.get("family"), *(name.get("suffix") or ())]
        words = name.get("text") or " ".join(part for part in parts if part)
        return (self.fit(0, words, cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        new = {"text": values[0]} if values[0] else {}
        if self.single:
            put(resource, "name", new)
        else:
            old = preferred(resource.get("name"), "official", "usual")
            put(resource, "name", replace(resource.get("name"), old, new))


class Telecom(Element):
    """The first phone number or e-mail address."""

    def __init__(self, system: str, column: str) -> None:
        self.system, self.columns = system, (column,)

    def found(self, resource: Json) -> Json:
        rows = [row for row in resource.get("telecom") or () if row.get("system") == self.system]
        return preferred(rows, "mobile", "home", "work")

    def read(self, resource: Json) -> Values:
        return (self.fit(0, self.found(resource).get("value")),)

    def write(self, resource: Json, values: Values) -> None:
        old = self.found(resource)
        new = {**old, "system": self.system, "value": values[0]} if values[0] else {}
        put(resource, "telecom", replace(resource.get("telecom"), old, new))


class Address(Element):
    """The first address: street, city, state, postal code."""

    def __init__(self, *columns: str, single: bool = False) -> None:
        self.columns, self.single = columns or ("line", "city", "state", "postal_code"), single

    def found(self, resource: Json) -> Json:
        address = resource.get("address")
        return (address or {}) if self.single else preferred(address, "home", "work")

    def read(self, resource: Json) -> Values:
        address = self.found(resource)
        lines = ", ".join(line for line in address.get("line") or () if line)
        texts = [lines, address.get("city"), address.get("state"), address.get("postalCode")]
        return tuple(self.fit(i, text, cut=True) for i, text in enumerate(texts))

    def write(self, resource: Json, values: Values) -> None:
        line, city, state, postal_code = values
        old = self.found(resource)
        new = {key: part for key, part in old.items() if key in ("use", "type", "country", "period")}
        put(new, "line", [line] if line else [])
        put(new, "city", city)
        put(new, "state", state)
        put(new, "postalCode", postal_code)
        new = new if any(values) else {}
        both = new if self.single else replace(resource.get("address"), old, new)
        put(resource, "address", both)


class Identified(Element):
    """The value of the identifier of one system (NPI)."""

    keeps = True

    def __init__(self, system: str, column: str, digits: int) -> None:
        self.system, self.columns, self.digits = system, (column,), digits

    def read(self, resource: Json) -> Values:
        for identifier in resource.get("identifier") or ():
            value = identifier.get("value")
            digits = isinstance(value, str) and value.isascii() and value.isdigit()
            if digits and len(value) == self.digits and identifier.get("system") == self.system:
                return (value,)
        return ("",)

    def write(self, resource: Json, values: Values) -> None:
        if values[0]:
            others = [each for each in resource.get("identifier") or () if each.get("system") != self.system]
            resource["identifier"] = [{"system": self.system, "value": values[0]}, *others]
