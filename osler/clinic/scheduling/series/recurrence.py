"""On which days a visit is repeated: every so many days, weeks or months, counted on the calendar.

Days alone: what the clock reads is a matter of each day (`wall_time`), so a clock change moves nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count as counting
from itertools import takewhile

from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from osler.clinic.scheduling.errors import SeriesTooLong, SeriesTooShort
from osler.clinic.scheduling.models import Series

VISITS_AT_MOST = 60
FARTHEST = timedelta(days=366)
LAST = -1
DAYS_OF_WEEK = 7
NTH: dict[int, Promise] = {
    1: gettext_lazy("first"),
    2: gettext_lazy("second"),
    3: gettext_lazy("third"),
    4: gettext_lazy("fourth"),
    LAST: gettext_lazy("last"),
}
Kind = Series.Recurrence


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The rule of a series: every `interval` days, weeks (on these weekdays, 0 is Monday) or months (on a day
    of the month, or on the n-th such weekday), from a first day on. A month without that day has none."""

    kind: str
    interval: int
    first_on: date
    weekdays: frozenset[int] = frozenset()
    day_of_month: int | None = None
    nth_week: int | None = None

    def days(self, *, count: int | None = None, last_on: date | None = None) -> list[date]:
        """The days, so many of them or until a last one. Raises SeriesTooLong beyond sixty visits or a year,
        SeriesTooShort for fewer than two."""
        end = self.first_on + FARTHEST
        until = min(last_on, end) if last_on else end
        found = list(takewhile(lambda day: day <= until, self._all(until)))
        if last_on is None and count is not None:
            if count > min(len(found), VISITS_AT_MOST):
                raise SeriesTooLong
            found = found[:count]
        elif len(found) > VISITS_AT_MOST or last_on is None or last_on > end:
            raise SeriesTooLong
        if len(found) < 2:
            raise SeriesTooShort
        return found

    def moved(self, was: date, now: date) -> "Recurrence":
        """The same rule after one of its visits has gone from one day to another."""
        days = (now - was).days
        first = self.moved_day(self.first_on, was, now)
        if self.kind == Kind.MONTHLY and self.nth_week is None:
            return replace(self, first_on=first, day_of_month=now.day)
        if self.kind == Kind.MONTHLY:
            weekdays = frozenset({now.weekday()})
            return replace(self, first_on=first, nth_week=_nth_as(self.nth_week, now), weekdays=weekdays)
        weekdays = frozenset((each + days) % DAYS_OF_WEEK for each in self.weekdays)
        return replace(self, first_on=first, weekdays=weekdays)

    def moved_day(self, day: date, was: date, now: date) -> date:
        """Where another day of the rule goes then: as many days on, or to the same weekday of its month."""
        if self.kind != Kind.MONTHLY or self.nth_week is None:
            return day + (now - was)
        months = (now.year - was.year) * 12 + now.month - was.month
        year, month = _month_after(day, months)
        return _nth_weekday(year, month, now.weekday(), _nth_as(self.nth_week, now))

    @property
    def words(self) -> str:
        """The rule as people say it."""
        if self.kind == Kind.DAILY:
            return ngettext("every day", "every %(count)d days", self.interval) % {"count": self.interval}
        if self.kind == Kind.WEEKLY:
            said = ngettext("every week", "every %(count)d weeks", self.interval) % {"count": self.interval}
            days = ", ".join(str(WEEKDAYS[day]) for day in sorted(self.weekdays))
            return f"{said}: {days}"
        said = ngettext("every month", "every %(count)d months", self.interval) % {"count": self.interval}
        if self.nth_week is None:
            return _("%(every)s on day %(day)d") % {"every": said, "day": self.day_of_month}
        (weekday,) = self.weekdays
        which = {"nth": NTH[self.nth_week], "weekday": WEEKDAYS[weekday]}
        return f"{said}: " + _("the %(nth)s %(weekday)s") % which

    def _all(self, until: date) -> Iterator[date]:
        if self.kind == Kind.DAILY:
            yield from (self.first_on + timedelta(days=self.interval * n) for n in counting())
        elif self.kind == Kind.WEEKLY:
            yield from self._weekly()
        else:
            yield from self._monthly(until)

    def _weekly(self) -> Iterator[date]:
        monday = self.first_on - timedelta(days=self.first_on.weekday())
        for week in counting(0, self.interval):
            for weekday in sorted(self.weekdays):
                day = monday + timedelta(days=week * DAYS_OF_WEEK + weekday)
                if day >= self.first_on:
                    yield day

    def _monthly(self, until: date) -> Iterator[date]:
        for months in counting(0, self.interval):
            year, month = _month_after(self.first_on, months)
            if date(year, month, 1) > until:
                return
            day = self._in_month(year, month)
            if day is not None and day >= self.first_on:
                yield day

    def _in_month(self, year: int, month: int) -> date | None:
        if self.nth_week is not None:
            (weekday,) = self.weekdays
            return _nth_weekday(year, month, weekday, self.nth_week)
        assert self.day_of_month is not None
        try:
            return date(year, month, self.day_of_month)
        except ValueError:
            return None


def rule_of(series: Series) -> Recurrence:
    """The rule that a series follows."""
    return Recurrence(
        kind=series.recurrence_type,
        interval=series.interval,
        first_on=series.first_on,
        weekdays=frozenset(series.weekdays),
        day_of_month=series.day_of_month,
        nth_week=series.nth_week_of_month,
    )


def nth_of(day: date) -> int:
    """Which of its weekday a day is in its month; the fifth is the last."""
    nth = (day.day - 1) // DAYS_OF_WEEK + 1
    return nth if nth in NTH else LAST


def _nth_as(before: int | None, day: date) -> int:
    """A last weekday stays a last one as long as it is one."""
    is_last = (day + timedelta(days=DAYS_OF_WEEK)).month != day.month
    return LAST if before == LAST and is_last else nth_of(day)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    if nth == LAST:
        following, first = _month_after(date(year, month, 1), 1)
        end = date(following, first, 1) - timedelta(days=1)
        return end - timedelta(days=(end.weekday() - weekday) % DAYS_OF_WEEK)
    begin = date(year, month, 1)
    return begin + timedelta(days=(weekday - begin.weekday()) % DAYS_OF_WEEK + DAYS_OF_WEEK * (nth - 1))


def _month_after(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return year, month + 1
