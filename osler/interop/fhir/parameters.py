"""Search parameters: what a column can answer, what SearchValue adds, and the SQL for both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from osler.foundation.audit.context import acting_organization
from osler.foundation.vault.sealing import blind_index
from osler.interop.fhir.conditions import FALSE, Condition, Number, either
from osler.interop.fhir.elements import Json, end_of, instant_of
from osler.interop.fhir.protecting import SEARCH_VALUES, is_searched_blindly
from osler.kernel.names import fold

A_DAY, LONG_AGO = timedelta(days=1), datetime(1000, 1, 1, tzinfo=UTC)
ENDS_AFTER = ("gt", "ge", "ap")
PREFIXES = ("eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap")


class BadSearch(ValueError):
    """A search that says something that cannot be asked; `parameter` is where."""

    def __init__(self, words: str, parameter: str = "") -> None:
        super().__init__(words)
        self.parameter = parameter


def split_values(text: str) -> list[str]:
    """Values parted by commas; a backslash protects one (R4 search.html#escaping)."""
    parts: list[str] = []
    current, escaped = "", False
    for mark in text:
        if escaped:
            current, escaped = current + mark, False
        elif mark == "\\":
            escaped = True
        elif mark == ",":
            parts, current = [*parts, current], ""
        else:
            current += mark
    return [part for part in [*parts, current] if part]


@dataclass(frozen=True)
class Extra:
    """A value for SearchValue: what the columns of the parameter do not say."""

    system: str = ""
    code: str = ""
    low: datetime | None = None
    high: datetime | None = None


class Parameter:
    """A search parameter of one resource type. `paths` say where its values stand in the JSON."""

    kind = ""
    modifiers: tuple[str, ...] = ()

    def __init__(self, name: str, paths: Sequence[str]) -> None:
        self.name, self.paths = name, tuple(paths)

    def condition(self, resource_type: str, text: str, modifier: str) -> Condition:
        """The SQL for one occurrence in a query; commas mean "or"."""
        if modifier and modifier not in self.modifiers:
            raise BadSearch(f"“{self.name}:{modifier}” is not supported", self.name)
        return either([self.one(resource_type, value) for value in split_values(text)])

    def one(self, resource_type: str, value: str) -> Condition:
        raise NotImplementedError

    def extras(self, resource: Json, columns: Json) -> list[Extra]:
        """What the resource says for this parameter and its columns cannot."""
        return []

    def stored(self, resource_type: str, test: str, *values: Any) -> Condition:
        sql = (
            "t.id IN (SELECT v.resource_id FROM fhir_searchvalue v WHERE v.resource_type = %s"
            f" AND v.parameter = %s AND {test})"
        )
        return Condition(sql, (resource_type, self.name, *values))


def found(value: Any, path: str) -> list[Any]:
    """Every value at a path, through arrays: `target.dueDate`, `name`."""
    values = [value]
    for step in path.split("."):
        inner: list[Any] = []
        for each in values:
            part = each.get(step) if isinstance(each, dict) else None
            inner.extend(part if isinstance(part, list) else [part])
        values = [each for each in inner if each is not None]
    return values


ANY = "*"


class Token(Parameter):
    """A code. `column` holds the first one, `system` is a column (".system"), a fixed one or ANY."""

    kind = "token"
    modifiers = ("not",)

    def __init__(self, name: str, column: str = "", system: str = "", paths: Sequence[str] = ()) -> None:
        super().__init__(name, paths or (name,))
        self.column, self.system = column, system

    def condition(self, resource_type: str, text: str, modifier: str) -> Condition:
        found = super().condition(resource_type, text, modifier)
        return Condition(f"NOT ({found.sql})", found.values) if modifier == "not" else found

    def one(self, resource_type: str, value: str) -> Condition:
        system, bar, code = value.rpartition("|")
        both = [self.in_column(system, code, given=bool(bar))] if self.column else []
        is_number = self.name == "identifier"
        test = "v.code = ANY(%s)" if is_number else "v.code = %s"
        wanted = Number(code[:200], SEARCH_VALUES) if is_number else code[:200]
        tests = ([test] if code else []) + (["v.system = %s"] if bar else [])
        values = ([wanted] if code else []) + ([system] if bar else [])
        both.append(self.stored(resource_type, " AND ".join(tests), *values))
        return either(both)

    def in_column(self, system: str, code: str, *, given: bool) -> Condition:
        named = f"t.{self.column} = %s" if code else f"t.{self.column} <> %s"
        if not given or self.system == ANY:
            return Condition(named, (code,))
        if self.system.startswith("."):
            return Condition(f"{named} AND t.{self.system[1:]} = %s", (code, system))
        return Condition(named, (code,)) if system == self.system else FALSE

    def extras(self, resource: Json, columns: Json) -> list[Extra]:
        tokens = [
            token
            for path in self.paths
            for value in found(resource, path)
            for token in self.tokens(resource, value)
        ]
        skipped = False
        extras = []
        for system, code in dict.fromkeys(tokens):
            said = self.system.startswith(".") or system == self.system or self.system == ANY
            if self.column and not skipped and said and columns.get(self.column) == code:
                skipped = True  # the column says it
            elif len(code) <= 200 and len(system) <= 200:
                extras.append(Extra(system, code))
        return extras

    def tokens(self, resource: Json, value: Any) -> list[tuple[str, str]]:
        """The tokens of a value; a number that is stored sealed stands by its blind index."""
        tokens = tokens_of(value)
        if self.name != "identifier" or not is_searched_blindly(resource, value):
            return tokens
        owner = acting_organization()
        return [
            (system, blind_index(code, organization=owner, column=SEARCH_VALUES)) for system, code in tokens
        ]


class Constant(Token):
    """A code that is the same in every row."""

    def __init__(self, name: str, code: str) -> None:
        super().__init__(name)
        self.code = code

    def one(self, resource_type: str, value: str) -> Condition:
        return Condition("true") if value.rpartition("|")[2] == self.code else FALSE


def tokens_of(value: Any) -> list[tuple[str, str]]:
    """Codes of a Coding, CodeableConcept, Identifier, ContactPoint, code or boolean."""
    if isinstance(value, bool):
        return [("", "true" if value else "false")]
    if isinstance(value, str):
        return [("", value)]
    if not isinstance(value, dict):
        return []
    if "coding" in value:
        return [token for coding in value["coding"] for token in tokens_of(coding)]
    code = value.get("code") or value.get("value") or ""
    return [(value.get("system") or "", code)] if isinstance(code, str) and code else []


class Instant(Parameter):
    """A date. `low` and `high` are columns; what is no plain instant stands in SearchValue too."""

    kind = "date"
    whole = False
    """Whether the columns say all of it, so that nothing else is asked."""

    def __init__(
        self, name: str, low: str = "", high: str = "", paths: Sequence[str] = (), *, day: bool = False
    ) -> None:
        super().__init__(name, paths or (name,))
        self.low, self.high, self.day = low, high or low, day
        self.whole = self.whole or day

    def one(self, resource_type: str, value: str) -> Condition:
        prefix, text = (value[:2], value[2:]) if value[:2] in PREFIXES else ("eq", value)
        low, high = instant_of(text.replace(" ", "+")), end_of(text.replace(" ", "+"))
        if low is None or high is None:
            raise BadSearch(f"“{text}” is not a date for “{self.name}”", self.name)
        bounds: tuple[Any, Any] = (low.date(), high.date()) if self.day else (low, high)
        test, values = compared(prefix, *bounds)
        both = []
        if self.low:
            highest = f"coalesce(t.{self.high}, t.{self.low})" if self.high != self.low else f"t.{self.low}"
            columns = test.format(low=f"t.{self.low}", high=highest)
            both.append(self.narrowed(prefix, Condition(columns, values)))
        if not self.whole:
            both.append(self.stored(resource_type, test.format(low="v.low", high="v.high"), *values))
        return either(both)

    def narrowed(self, prefix: str, test: Condition) -> Condition:
        """The test, with what it means for an index."""
        return test

    def extras(self, resource: Json, columns: Json) -> list[Extra]:
        if self.whole:
            return []
        spans = [span for path in self.paths for span in spans_at(resource, path)]
        if self.low:
            spans = [span for span in spans[:1] if span[0] != span[1] and self.high == self.low] + spans[1:]
        return [Extra(low=low, high=high) for low, high in spans]


class Lasting(Instant):
    """A period whose two columns say all of it.

    `long` is a column that is true of what lasts longer than a day. All else that ends after an
    instant began at most a day before it: looked for apart (`halves`), each half is one narrow
    stretch of an index, however many years there are.
    """

    whole = True

    def __init__(self, name: str, low: str, high: str, paths: Sequence[str] = (), *, long: str = "") -> None:
        super().__init__(name, low, high, paths)
        self.long = long

    def narrowed(self, prefix: str, test: Condition) -> Condition:
        """What ends by then has also begun by then."""
        if prefix == "eq":
            return Condition(f"{test.sql} AND t.{self.low} <= %s", (*test.values, test.values[1]))
        if prefix == "eb":
            return Condition(f"{test.sql} AND t.{self.low} < %s", (*test.values, test.values[0]))
        return test

    def halves(self, text: str) -> list[Condition]:
        """The short and the long among what ends after an instant; nothing where no end is asked for."""
        ends = [instant_of(value[2:].replace(" ", "+")) for value in split_values(text)]
        if not self.long or not all(value[:2] in ENDS_AFTER for value in split_values(text)) or None in ends:
            return []
        begun = max(min(end for end in ends if end is not None), LONG_AGO) - A_DAY
        short = Condition(f"t.{self.low} >= %s AND NOT t.{self.long}", (begun,))
        return [short, Condition(f"t.{self.long}")]


def compared(prefix: str, low: Any, high: Any) -> tuple[str, tuple[Any, ...]]:
    """The test of a stored range against a searched one (R4 search.html#prefix)."""
    tests: dict[str, tuple[str, tuple[Any, ...]]] = {
        "eq": ("{low} >= %s AND {high} <= %s", (low, high)),
        "ne": ("NOT ({low} >= %s AND {high} <= %s)", (low, high)),
        "gt": ("{high} > %s", (high,)),
        "lt": ("{low} < %s", (low,)),
        "ge": ("{high} >= %s", (low,)),
        "le": ("{low} <= %s", (high,)),
        "sa": ("{low} > %s", (high,)),
        "eb": ("{high} < %s", (low,)),
        "ap": ("{high} >= %s AND {low} <= %s", (low, high)),
    }
    return tests[prefix]


DISTANT_PAST, DISTANT_FUTURE = "0001-01-02", "9999-12-30"


def spans_at(resource: Json, path: str) -> list[tuple[datetime, datetime]]:
    """The ranges that the dates and periods at a path mean; choices (`effective`) by their stem."""
    head, _, tail = path.partition(".")
    names = [head, *(name for name in resource if name.startswith(head) and name[len(head) :][:1].isupper())]
    values = [value for name in names for value in found(resource, f"{name}.{tail}" if tail else name)]
    spans = []
    for value in values:
        start, end = (value.get("start"), value.get("end")) if isinstance(value, dict) else (value, value)
        if start or end:
            low, high = instant_of(start or DISTANT_PAST), end_of(end or DISTANT_FUTURE)
            if low is not None and high is not None:
                spans.append((low, high))
    return spans


class Text(Parameter):
    """Words, matched from their beginning without regard to case and accents."""

    kind = "string"
    modifiers = ("exact", "contains")

    def __init__(self, name: str, *columns: str, paths: Sequence[str] = ()) -> None:
        super().__init__(name, paths or (name,))
        self.columns = columns

    def condition(self, resource_type: str, text: str, modifier: str) -> Condition:
        if modifier and modifier not in self.modifiers:
            raise BadSearch(f"“{self.name}:{modifier}” is not supported", self.name)
        return either([self.matched(resource_type, value, modifier) for value in split_values(text)])

    def matched(self, resource_type: str, value: str, modifier: str) -> Condition:
        if modifier == "exact":
            return either([Condition(f"t.{column} = %s", (value,)) for column in self.columns])
        folded = fold(value)
        start = "'%%' || " if modifier == "contains" else ""
        # Names in scripts that folding leaves nothing of are compared as they are.
        column, word = ("patients_fold({})", folded) if folded else ("lower({})", value.lower())
        test = f"{column} LIKE {start}%s || '%%'"
        word = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        both = [Condition(test.format(f"t.{name}"), (word,)) for name in self.columns]
        return either([*both, self.stored(resource_type, test.format("v.code"), word)])

    def extras(self, resource: Json, columns: Json) -> list[Extra]:
        words = [word for path in self.paths for value in found(resource, path) for word in words_of(value)]
        return [Extra(code=word[:200]) for word in dict.fromkeys(words)]


def words_of(value: Any) -> list[str]:
    """The searchable words of a string, HumanName or Address."""
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    keys = ("text", "family", "given", "prefix", "suffix", "line", "city", "state", "postalCode", "country")
    parts = [value.get(key) for key in keys]
    return [word for part in parts for word in (part if isinstance(part, list) else [part]) if word]


class Reference(Parameter):
    """A reference. `column` is a foreign key, `types` what it may refer to."""

    kind = "reference"

    def __init__(
        self, name: str, column: str = "", types: Sequence[str] = (), paths: Sequence[str] = ()
    ) -> None:
        super().__init__(name, paths or (name,))
        self.column, self.types = column, tuple(types)

    def one(self, resource_type: str, value: str) -> Condition:
        named, _, key = value.rpartition("/")
        wanted = named.rpartition("/")[2]
        try:
            target = UUID(key)
        except ValueError:
            return FALSE
        if self.types and wanted and wanted not in self.types:
            return FALSE
        named_types = [wanted] if wanted else self.types
        names_patient = "Patient" in named_types
        # Rows of a merged chart are the survivor's; texts of others may name it by any of its ids.
        value_of = "(SELECT patients_survivor(%s))" if names_patient and self.column else "%s"
        both = [Condition(f"t.{self.column} = {value_of}", (target,))] if self.column else []
        if not self.column or len(self.types) != 1:
            codes = [f"{each}/{target}" for each in named_types]
            both.append(self.stored(resource_type, "v.code = ANY(%s)", codes))
            if names_patient:
                ids = "SELECT 'Patient/' || id FROM unnest(patients_ids_of(%s)) AS id"
                both.append(self.stored(resource_type, f"v.code IN ({ids})", target))
        return either(both)

    def extras(self, resource: Json, columns: Json) -> list[Extra]:
        if self.column and len(self.types) == 1:
            return []
        values = [
            value.get("reference")
            for path in self.paths
            for value in found(resource, path)
            if isinstance(value, dict)
        ]
        return [
            Extra(code=value)
            for value in dict.fromkeys(values)
            if isinstance(value, str) and len(value) <= 200
        ]
