"""What a column of a file can be, and what its heading says that it is (English and Spanish)."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.kernel.names import fold

SOURCE = Path(__file__).with_name("headings.csv")
NUMBER = "number"

FIELDS: dict[str, str | Promise] = {
    "given": _("Given names"),
    "middle": _("Middle name"),
    "family": _("Family name"),
    "second_family": _("Second family name"),
    "full_name": _("Whole name (Family, Given or Given Family)"),
    "suffix": _("Suffix"),
    "name_used": _("Name in use"),
    "birth_date": _("Birth date"),
    "age": _("Age in years"),
    "gender": _("Sex"),
    "gender_identity": _("Gender identity"),
    "pronouns": _("Pronouns"),
    "marital_status": _("Marital status"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "line": _("Street"),
    "line_2": _("Street, second line"),
    "city": _("City"),
    "state": _("State"),
    "postal_code": _("ZIP code"),
    "language": _("Language"),
    "needs_interpreter": _("Needs an interpreter"),
    "ssn": _("Social security number"),
    NUMBER: _("Number in the other system"),
    "contact_name": _("Emergency contact: name"),
    "contact_phone": _("Emergency contact: phone"),
    "contact_relationship": _("Emergency contact: relationship"),
}
NAMES = frozenset({"given", "family", "full_name"})


@dataclass(frozen=True)
class Column:
    """What a column is. A number is one of a system, which has a name: two systems count apart."""

    field: str
    issuer: str = ""


@lru_cache(maxsize=1)
def _headings() -> dict[str, str]:
    with SOURCE.open(newline="", encoding="utf-8") as lines:
        return {heading: name for name, *headings in csv.reader(lines) for heading in headings}


def guessed_columns(header: Sequence[str]) -> dict[int, Column]:
    """What each heading says that its column is; each field once, the first such column."""
    found: dict[int, Column] = {}
    taken: set[str] = set()
    for place, heading in enumerate(header):
        field = _headings().get(fold(heading), "")
        if field and field not in taken:
            found[place] = Column(field, heading if field == NUMBER else "")
            taken.add(field)
    if {"given", "family"} <= taken:
        return {place: column for place, column in found.items() if column.field != "full_name"}
    return found
