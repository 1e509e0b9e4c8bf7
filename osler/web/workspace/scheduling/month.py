"""A month of the calendar: for each day how many visits there are and how much time is free."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from osler.clinic.scheduling.calendars.months import DayLoad, month_load
from osler.foundation.access.actors import Actor
from osler.web.workspace.scheduling.filters import Filters

NEARLY_FULL, WIDE_OPEN = 10, 30
WEEK = 7


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One cell: a day, how full it is, and the way into it."""

    day: date
    load: DayLoad
    url: str
    is_other_month: bool
    is_today: bool

    @property
    def tone(self) -> str:
        """`is-full`, `is-tight`, `is-open` or nothing, by what is free."""
        free = self.load.free_percent
        if free is None:
            return ""
        return "is-full" if free <= NEARLY_FULL else "is-open" if free >= WIDE_OPEN else "is-tight"


def month_of(day: date) -> tuple[date, date]:
    """The Monday and the Sunday between which the month of a day is drawn."""
    first = day.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def months_on(day: date, count: int) -> date:
    """The first day of the month before (-1) or after (1)."""
    first = day.replace(day=1)
    return (
        (first - timedelta(days=1)).replace(day=1)
        if count < 0
        else (first + timedelta(days=31)).replace(day=1)
    )


def month_weeks(actor: Actor, filters: Filters, practitioners: list[UUID]) -> list[list[MonthDay]]:
    """The weeks of the month, each with its seven days."""
    first, last = month_of(filters.day)
    loads = month_load(
        actor, first=first, last=last, zone=filters.zone, site=filters.site, practitioners=practitioners
    )
    days = [
        MonthDay(
            day=day,
            load=loads.get(day, DayLoad()),
            url=filters.url(view=None, day=day.isoformat()),
            is_other_month=day.month != filters.day.month,
            is_today=day == filters.today,
        )
        for day in (first + timedelta(days=number) for number in range((last - first).days + 1))
    ]
    return [days[start : start + WEEK] for start in range(0, len(days), WEEK)]
