"""Repeating a visit in a form: how often, and what becomes of each of its days."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.http import QueryDict
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import Appointment, Series
from osler.clinic.scheduling.series.preview import CLOSED, FREE, LACKING, PAST, SKIPPED, TAKEN, Seen
from osler.clinic.scheduling.series.recurrence import Recurrence, nth_of
from osler.clinic.scheduling.series.repeating import Places, Planned, Versions
from osler.foundation.ui.date_entry import parse_date
from osler.foundation.ui.dates import clinic_day
from osler.web.workspace.scheduling.slot_choice import Choices, NoTimeChosen, read_token, token

OUT, STAY = "out", "stay"
"""A day that is left out of a new series; a visit that stays as it is."""
EVERY_AT_MOST = 52
LOOKS: dict[str, tuple[str | Promise, str, str]] = {
    FREE: (gettext_lazy("Free"), "ok", "check"),
    TAKEN: (gettext_lazy("Taken"), "danger", "calendar-x"),
    CLOSED: (gettext_lazy("Nobody works then"), "warn", "calendar-off"),
    LACKING: (gettext_lazy("What it needs is in use"), "warn", "layers-2"),
    SKIPPED: (gettext_lazy("Clocks skip this time"), "warn", "clock"),
    PAST: (gettext_lazy("Over"), "neutral", "clock"),
}


@dataclass(frozen=True)
class Repeat:
    """How often, as the form says it."""

    kind: str = Series.Recurrence.WEEKLY
    every: int = 1
    weekdays: frozenset[int] = frozenset()
    by_weekday: bool = False
    count: int | None = None
    until: date | None = None
    is_open: bool = False

    @property
    def kinds(self) -> list[tuple[str, str, bool]]:
        """What is counted, and whether it is chosen."""
        return [(value, str(words), value == self.kind) for value, words in Series.Recurrence.choices]

    @property
    def days_of_week(self) -> list[tuple[int, str, str, bool]]:
        """Each day of the week, its name and short name, and whether it is chosen."""
        return [
            (day, str(name), str(WEEKDAYS_ABBR[day]), day in self.weekdays) for day, name in WEEKDAYS.items()
        ]

    def rule(self, first: date) -> Recurrence:
        """The rule from the first visit on; that one is always of it."""
        if self.kind == Series.Recurrence.WEEKLY:
            return Recurrence(self.kind, self.every, first, self.weekdays | {first.weekday()})
        if self.kind == Series.Recurrence.MONTHLY and self.by_weekday:
            return Recurrence(
                self.kind, self.every, first, frozenset({first.weekday()}), nth_week=nth_of(first)
            )
        if self.kind == Series.Recurrence.MONTHLY:
            return Recurrence(self.kind, self.every, first, day_of_month=first.day)
        return Recurrence(self.kind, self.every, first)

    def days(self, first: date) -> list[date]:
        """The days from the first visit on; refused if the series has no end or is too long."""
        count = None if self.until else self.count or 1
        return self.rule(first).days(count=count, last_on=self.until)


def read_repeat(given: QueryDict) -> Repeat:
    """What the form says; what is no choice counts as unsaid."""
    kind, count = given.get("repeat_kind", ""), _number(given.get("repeat_count"), 999)
    until = parse_date(given.get("repeat_until", ""))
    return Repeat(
        kind=kind if kind in Series.Recurrence.values else Series.Recurrence.WEEKLY,
        every=_number(given.get("repeat_every"), EVERY_AT_MOST) or 1,
        weekdays=frozenset(int(day) for day in given.getlist("repeat_on") if day in map(str, WEEKDAYS)),
        by_weekday=given.get("repeat_by") == "weekday",
        count=count,
        until=until,
        is_open=bool(count or until or kind),
    )


def is_repeated(given: QueryDict) -> bool:
    """Whether the form says that the visit is repeated."""
    repeat = read_repeat(given)
    return repeat.count is not None or repeat.until is not None


@dataclass(frozen=True)
class Option:
    """What can become of one visit."""

    value: str
    words: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Row:
    """One visit of the preview: how its time looks, and what can become of it."""

    name: str
    number: int
    seen: Seen
    options: list[Option]
    is_changed: bool = False
    visit: Appointment | None = None

    @property
    def look(self) -> tuple[str | Promise, str, str]:
        """The word, tone and icon of how its time looks."""
        return LOOKS[self.seen.answer]


@dataclass(frozen=True)
class Asked:
    """What each visit may do besides the time that it is to get, and what was chosen so far."""

    given: QueryDict
    otherwise: tuple[str, str | Promise]
    stays: Callable[[Appointment], bool] = field(default=lambda _visit: False)


def rows_of(seen: Sequence[Seen], asked: Asked, visits: Sequence[Appointment] = ()) -> list[Row]:
    """The rows of a preview: of days, or of visits that are there."""
    rows = []
    for place, one in enumerate(seen):
        visit = visits[place] if visits else None
        name = f"visit-{visit.recurrence_id}" if visit else f"visit-{one.wish.day.isoformat()}"
        times = [one.wish.slot] if one.is_free else [one.instead] if one.instead else []
        other, words = asked.otherwise
        values = [*map(token, times), other]
        given = asked.given.get(name, "")
        usual = other if visit and asked.stays(visit) else values[0]
        chosen = given if given in values else usual
        said = [*(_time_words(slot, one) for slot in times), str(words)]
        options = [Option(value, text, value == chosen) for value, text in zip(values, said, strict=True)]
        number = (visit.recurrence_id or 0) if visit else place + 1
        rows.append(Row(name, number, one, options, bool(given) and given != chosen, visit))
    return rows


def read_planned(form: QueryDict, days: Iterable[date], *, choices: Choices, minutes: int) -> list[Planned]:
    """What was chosen for each day of a new series."""
    planned = []
    for day in days:
        value = form.get(f"visit-{day.isoformat()}", "")
        if value != OUT:
            planned.append(Planned(day, read_token(value, choices=choices, minutes=minutes)))
    return planned


def read_places(form: QueryDict, numbers: Iterable[int], *, choices: Choices, minutes: int) -> Places:
    """Where each visit of a series goes; it stays if nothing else was chosen."""
    places: dict[int, Slot | None] = {}
    for number in numbers:
        value = form.get(f"visit-{number}", STAY)
        places[number] = None if value == STAY else read_token(value, choices=choices, minutes=minutes)
    return places


def write_versions(seen: Versions) -> str:
    """Which visits were seen in which version, `3.1-4.2`, for a form or an address."""
    return "-".join(f"{number}.{version}" for number, version in sorted(seen.items()))


def read_versions(text: str) -> dict[int, int]:
    """The same read back; NoTimeChosen if it is none."""
    try:
        pairs = (part.split(".") for part in text.split("-"))
        return {int(number): int(version) for number, version in pairs}
    except ValueError:
        raise NoTimeChosen from None


def _time_words(slot: Slot, seen: Seen) -> str:
    words = f"{clinic_day(slot.local_start.date())} {slot.clock}"
    return words if seen.is_free else _("%(time)s instead") % {"time": words}


def _number(text: str | None, most: int) -> int | None:
    found = int(text) if text and text.isdecimal() and len(text) < 4 else 0
    return min(found, most) or None
