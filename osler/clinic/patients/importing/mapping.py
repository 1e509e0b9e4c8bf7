"""How a file is to be read and what is to be done with whom it names; kept as JSON with the import."""

from collections.abc import Mapping as Dictionary
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from osler.clinic.patients.importing.columns import FIELDS, NAMES, NUMBER, Column, guessed_columns
from osler.clinic.patients.importing.errors import MappingUnfit
from osler.clinic.patients.importing.words import (
    COLUMN_TWICE,
    COLUMN_UNKNOWN,
    FIELD_UNKNOWN,
    ISSUER_MISSING,
    NAME_COLUMN_MISSING,
    OPTION_UNKNOWN,
)
from osler.clinic.patients.models import Patient

SKIP, FILL = "skip", "fill"
HOLD, REGISTER = "hold", "register"
MONTH_FIRST, DAY_FIRST = "month-first", "day-first"
MOST_VALUES = 40


@dataclass(frozen=True)
class Mapping:
    """Columns by their place; how dates are written, where that is not plain; what values of sex mean.

    `known`: a row whose number is known leaves the patient as he is (`skip`) or fills what is empty (`fill`).
    `alike`: a row that resembles somebody is held for a decision, or registered and left to the work list.
    """

    columns: dict[int, Column] = field(default_factory=dict)
    dates: str = ""
    genders: dict[str, str] = field(default_factory=dict)
    known: str = SKIP
    alike: str = HOLD

    def place_of(self, name: str) -> int | None:
        """Which column a field is in."""
        return next((place for place, column in self.columns.items() if column.field == name), None)

    def write(self) -> dict[str, Any]:
        """As JSON."""
        columns = {str(place): [column.field, column.issuer] for place, column in self.columns.items()}
        options = {"dates": self.dates, "genders": self.genders, "known": self.known, "alike": self.alike}
        return {"columns": columns, **options}

    @classmethod
    def read(cls, said: Dictionary[str, Any]) -> "Mapping":
        """From what `write` gave."""
        columns = {int(place): Column(*column) for place, column in said.get("columns", {}).items()}
        options = {name: said[name] for name in ("dates", "genders", "known", "alike") if name in said}
        return cls(columns, **options)


def guessed_mapping(header: Sequence[str]) -> Mapping:
    """What the headings say."""
    return Mapping(guessed_columns(header))


def named_mapping(said: Any, header: Sequence[str]) -> Mapping:
    """A mapping that somebody has written, with headings for columns: `{"columns": {"Last": "family",
    "Chart": {"field": "number", "issuer": "Old clinic"}}, "genders": {"1": "male"}, "known": "fill"}`."""
    if not isinstance(said, dict) or not isinstance(said.get("columns", {}), dict):
        raise MappingUnfit(OPTION_UNKNOWN % {"option": "columns"})
    if unknown := sorted(set(said) - {"columns", "dates", "genders", "known", "alike"}):
        raise MappingUnfit(OPTION_UNKNOWN % {"option": unknown[0]})
    columns = dict(guessed_columns(header)) if "columns" not in said else {}
    for heading, what in said.get("columns", {}).items():
        if heading not in header:
            raise MappingUnfit(COLUMN_UNKNOWN % {"column": heading})
        columns[header.index(heading)] = _named_column(heading, what)
    options = {name: said[name] for name in ("dates", "genders", "known", "alike") if name in said}
    mapping = Mapping(columns, **options)
    require_fit(mapping)
    return mapping


def _named_column(heading: str, what: Any) -> Column:
    if isinstance(what, dict):
        return Column(str(what.get("field", "")), str(what.get("issuer") or heading))
    return Column(str(what), heading if what == NUMBER else "")


def require_fit(mapping: Mapping) -> None:
    """Refuse a mapping by which nobody could be registered."""
    fields = [column.field for column in mapping.columns.values()]
    for column in mapping.columns.values():
        if column.field not in FIELDS:
            raise MappingUnfit(FIELD_UNKNOWN % {"field": column.field})
        if column.field != NUMBER and fields.count(column.field) > 1:
            raise MappingUnfit(COLUMN_TWICE % {"field": FIELDS[column.field]})
        if column.field == NUMBER and not column.issuer.strip():
            raise MappingUnfit(ISSUER_MISSING)
    if not NAMES & set(fields):
        raise MappingUnfit(NAME_COLUMN_MISSING)
    genders = mapping.genders
    options = (
        ("dates", mapping.dates in ("", MONTH_FIRST, DAY_FIRST)),
        ("genders", isinstance(genders, dict) and len(genders) <= MOST_VALUES),
        ("genders", isinstance(genders, dict) and set(genders.values()) <= set(Patient.Gender.values)),
        ("known", mapping.known in (SKIP, FILL)),
        ("alike", mapping.alike in (HOLD, REGISTER)),
    )
    for option, is_fit in options:
        if not is_fit:
            raise MappingUnfit(OPTION_UNKNOWN % {"option": option})
