"""Birth dates as people know them: a day, or no more than a month, a year or an age."""

import re
from datetime import date
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from django.utils.translation import gettext_lazy as _

from osler.foundation.ui.date_entry import MONTHS, ClinicDateField, parse_date
from osler.foundation.ui.dates import Around
from osler.kernel import clock

OLDEST = 130
_GUESS = re.compile(r"(?:~|(?:about|around|approx|aprox|circa|ca|age|aged|edad|unos|unas|hacia)\b\.?)\s*")
_YEAR = re.compile(r"(?:(?P<month>[^\W\d_]+)\W{0,2})?(?P<year>(?:18|19|20)\d\d)")
_AGE = re.compile(r"(?P<count>\d{1,3})\s*(?P<unit>[^\W\d_]*)\.?(?:\s*(?:old|of age|de edad))?")
_UNITS = {
    word: unit
    for unit, words in {
        "years": "y yr yrs year years yo a año años",
        "months": "m mo mos month months mes meses",
        "weeks": "w wk wks week weeks sem semana semanas",
        "days": "d day days día días",
    }.items()
    for word in words.split()
}


def parse_birth_date(text: str, *, today: date | None = None) -> date | None:
    """The birth date somebody meant, or None: exact as `parse_date` reads it; only `Around` if it is
    said to be a guess ("about 14-Jul-1945"), a month ("Jul 1945"), a year ("1945") or an age
    ("81 y", "age 81", "8 months")."""
    now = today or clock.today()
    said = " ".join(text.strip().casefold().split())
    rest = _GUESS.sub("", said, count=1) if _GUESS.match(said) else said
    if year := _YEAR.fullmatch(rest):
        month = MONTHS.get(year["month"] or "jan")
        return Around(int(year["year"]), month, 1) if month else None
    age = _AGE.fullmatch(rest)
    if age and (age["unit"] or rest != said):
        return _born(int(age["count"]), _UNITS.get(age["unit"] or "years", ""), now)
    exact = parse_date(rest, today=now, is_past=True)
    return Around(exact.year, exact.month, exact.day) if exact and rest != said else exact


def _born(count: int, unit: str, now: date) -> date | None:
    """The first day of the year, or for infants of the month, in which somebody of this age was born."""
    if not unit or (unit == "years" and count > OLDEST):
        return None
    born = now - relativedelta(**{unit: count})  # type: ignore[arg-type]
    return Around(born.year, 1 if unit == "years" else born.month, 1)


class BirthDateField(ClinicDateField):
    """A birth date, or as much of it as is known."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a date such as 14-Jul-1945, a year, or an age such as 81 y."),
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(is_past=True, **kwargs)

    def read(self, text: str) -> date | None:
        return parse_birth_date(text)
