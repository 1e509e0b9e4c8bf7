"""Reading dates as people type them: 14-Jul-1945, 7/14/45, 14.07.1945, today, +2w."""

import re
from datetime import date, timedelta
from typing import Any, ClassVar

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from osler.foundation.ui.dates import clinic_date
from osler.kernel import clock

MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january ene enero",
            "feb february febrero",
            "mar march marzo",
            "apr april abr abril",
            "may mayo",
            "jun june junio",
            "jul july julio",
            "aug august ago agosto",
            "sep sept september septiembre setiembre",
            "oct october octubre",
            "nov november noviembre",
            "dec december dic diciembre",
        ),
        start=1,
    )
    for word in words.split()
}
LAST_YEAR = 2199
"""Nobody plans further ahead; and the day after each date is a date, too."""
_WORDS = {"today": 0, "t": 0, "hoy": 0, "tomorrow": 1, "mañana": 1, "yesterday": -1, "ayer": -1}
_AHEAD = re.compile(r"(?:t\s*)?([+-])\s*(\d{1,4})\s*([dwmy]?)")
_PART = re.compile(r"\d+|[^\W\d_]+")
_SMALL_WORDS = frozenset({"de", "del", "of", "st", "nd", "rd", "th"})


def parse_date(text: str, *, today: date | None = None, is_past: bool = False) -> date | None:
    """The date somebody meant, or None. Numbers alone are month first unless that cannot be.

    Two-digit years are the nearest fitting year; with `is_past` never one to come.
    """
    found = _read(text, today=today, is_past=is_past)
    return found if found and found.year <= LAST_YEAR else None


def _read(text: str, *, today: date | None, is_past: bool) -> date | None:
    said = " ".join(text.strip().casefold().split())
    now = today or clock.today()
    if said in _WORDS:
        return now + timedelta(days=_WORDS[said])
    ahead = _AHEAD.fullmatch(said)
    if ahead:
        return _shift(now, sign=ahead[1], count=int(ahead[2]), unit=ahead[3] or "d")
    parts = [part for part in _PART.findall(said) if part not in _SMALL_WORDS]
    if len(parts) == 1 and parts[0].isdecimal():
        parts = _split_digits(parts[0])
    if len(parts) != 3:
        return None
    return _assemble(parts, now=now, is_past=is_past)


def _shift(now: date, *, sign: str, count: int, unit: str) -> date | None:
    name = {"d": "days", "w": "weeks", "m": "months", "y": "years"}[unit]
    span = relativedelta(**{name: count if sign == "+" else -count})  # type: ignore[arg-type]
    try:
        shifted: date = now + span
    except (ValueError, OverflowError):
        return None
    return shifted


def _split_digits(digits: str) -> list[str]:
    if len(digits) == 8 and digits[:2] in {"19", "20"}:
        return [digits[:4], digits[4:6], digits[6:]]
    if len(digits) in {6, 8}:
        return [digits[:2], digits[2:4], digits[4:]]
    return []


def _assemble(parts: list[str], *, now: date, is_past: bool) -> date | None:
    named = next((place for place, part in enumerate(parts) if part in MONTHS), None)
    if named is not None:
        month = MONTHS[parts.pop(named)]
        if not all(part.isdecimal() for part in parts):
            return None
        first, second = parts
        day, year = (second, first) if len(first) == 4 else (first, second)
        return _build(year, month, day, now=now, is_past=is_past)
    if not all(part.isdecimal() for part in parts):
        return None
    if len(parts[0]) == 4:
        return _build(parts[0], int(parts[1]), parts[2], now=now, is_past=is_past)
    first, second, year = parts
    if int(first) > 12:
        return _build(year, int(second), first, now=now, is_past=is_past)
    return _build(year, int(first), second, now=now, is_past=is_past)


def _build(year: str, month: int, day: str, *, now: date, is_past: bool) -> date | None:
    if len(year) not in {2, 4}:
        return None
    number = int(year)
    if len(year) == 2:
        number += now.year // 100 * 100
        latest = now.year if is_past else now.year + 20
        number -= 100 if number > latest else 0
    try:
        return date(number, month, int(day))
    except ValueError:
        return None


class DateEntry(forms.DateInput):
    """A text input that takes a date in any format and writes it back as 14-Jul-1945."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_past: bool = False) -> None:
        own = {"data-date": "past" if is_past else "any", "inputmode": "text", "autocomplete": "off"}
        super().__init__(attrs=own | (attrs or {}))

    def format_value(self, value: Any) -> str | None:
        return clinic_date(value) if isinstance(value, date) else value


class ClinicDateField(forms.DateField):
    """A date typed in any format; `is_past` for birth dates and the like."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _("Enter a date such as 14-Jul-1945."),
        "future": _("Enter a date that is not in the future."),
    }

    def __init__(self, *, is_past: bool = False, **kwargs: Any) -> None:
        self.is_past = is_past
        kwargs.setdefault("widget", DateEntry(is_past=is_past))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        if value in self.empty_values:
            return None
        if not isinstance(value, str):
            return super().to_python(value)
        found = self.read(value)
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        if self.is_past and found > clock.today():
            raise ValidationError(self.error_messages["future"], code="future")
        return found

    def read(self, text: str) -> date | None:
        """The day that somebody typed."""
        return parse_date(text, is_past=self.is_past)
