"""Age as a reference range counts it: whole days, months and years since birth."""

import re
from dataclasses import dataclass
from datetime import date

_AGE = re.compile(r"(\d+)(d|mo|y)")


@dataclass(frozen=True, slots=True)
class Age:
    """Whole days and whole calendar months that somebody has lived."""

    days: int
    months: int

    @property
    def years(self) -> int:
        """Whole years."""
        return self.months // 12

    def has_reached(self, mark: str) -> bool:
        """Whether this age is at or beyond a mark such as `28d`, `6mo` or `18y`."""
        match = _AGE.fullmatch(mark)
        if match is None:
            raise ValueError(f"not an age: {mark}")
        count, unit = int(match[1]), match[2]
        return {"d": self.days, "mo": self.months, "y": self.years}[unit] >= count

    def is_within(self, start: str, end: str) -> bool:
        """Whether `start` is reached and `end`, if there is one, is not."""
        return self.has_reached(start or "0d") and not (end and self.has_reached(end))


def age_on(birth_date: date, day: date) -> Age | None:
    """The age on a day; none before birth."""
    if day < birth_date:
        return None
    months = (day.year - birth_date.year) * 12 + day.month - birth_date.month
    if day.day < birth_date.day:
        months -= 1
    return Age(days=(day - birth_date).days, months=months)
