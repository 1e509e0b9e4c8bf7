"""What is looked at to say whether somebody will come: of the visit and of earlier visits, never of the
person.

Sex, age, language, address and insurance are not among it: by them we only look whether the result is as
good for everybody. All is taken as it was known a day before the visit.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KNOWN_BEFORE = timedelta(days=1)
EARLY, LATE = 10, 15
MISSED_AT_MOST = 5
LEAD, SHARE, MISSED, FIRST, CONFIRMED, REMINDED = "lead", "share", "missed", "first", "confirmed", "reminded"
IN_THE_MORNING, IN_THE_EVENING, WEEKDAY, SERVICE = "early", "late", "weekday:", "service:"
ALWAYS = (LEAD, SHARE, MISSED, FIRST, CONFIRMED, REMINDED, IN_THE_MORNING, IN_THE_EVENING)
DAYS = (
    _("on a Monday"), _("on a Tuesday"), _("on a Wednesday"), _("on a Thursday"), _("on a Friday"),
    _("on a Saturday"), _("on a Sunday"),
)  # fmt: skip
WORDS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    LEAD: (_("was booked long before"), _("was booked a short time before")),
    SHARE: (_("has missed many of the earlier visits"), _("has kept the earlier visits")),
    MISSED: (_("has missed visits before"), _("has missed none before")),
    FIRST: (_("comes for the first time"), _("has been here before")),
    CONFIRMED: (_("has confirmed"), _("has not confirmed")),
    REMINDED: (_("was reminded"), _("no reminder has gone out")),
}
"""What is said of more than the average, and of less."""
ONLY_IF_SO: Mapping[str, str | Promise] = {
    IN_THE_MORNING: _("early in the day"),
    IN_THE_EVENING: _("late in the day"),
}
"""That it is not so is no reason that anybody understands; nor is it of days and kinds of visit."""

Row = Mapping[str, float]
"""What is not nought of a visit, by name."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A visit as it was known a day before."""

    lead_days: float
    kept: int
    missed: int
    weekday: int
    hour: int
    service: str
    is_confirmed: bool
    is_reminded: bool


def row_of(facts: Facts) -> Row:
    """The numbers of a visit."""
    known = facts.kept + facts.missed
    row = {
        LEAD: math.log1p(max(facts.lead_days, 0.0)),
        SHARE: facts.missed / (known + 2),  # two visits more, so that one miss is not everything
        MISSED: float(min(facts.missed, MISSED_AT_MOST)),
        FIRST: float(known == 0),
        CONFIRMED: float(facts.is_confirmed),
        REMINDED: float(facts.is_reminded),
        IN_THE_MORNING: float(facts.hour < EARLY),
        IN_THE_EVENING: float(facts.hour >= LATE),
        f"{WEEKDAY}{facts.weekday}": 1.0,
        f"{SERVICE}{facts.service}": 1.0,
    }
    return {name: value for name, value in row.items() if value}


def names_of(rows: Sequence[Row], *, at_least: int) -> list[str]:
    """What can be learnt from these rows: weekdays and services that are seen often enough."""
    seen: dict[str, int] = {}
    for row in rows:
        for name in row:
            seen[name] = seen.get(name, 0) + 1
    others = sorted(name for name, count in seen.items() if name not in ALWAYS and count >= at_least)
    return [*ALWAYS, *others]


def is_a_reason(name: str, row: Row) -> bool:
    """Whether people would call it one: not that a visit is on no Monday."""
    return name in WORDS or name in row


def words_of(name: str, *, is_more: bool, services: Mapping[str, str]) -> str | Promise:
    """A reason for people, of a visit that has more of it than the average, or less."""
    if name.startswith(WEEKDAY):
        return DAYS[int(name.removeprefix(WEEKDAY))]
    if name.startswith(SERVICE):
        return services.get(name.removeprefix(SERVICE), "") or _("the kind of visit")
    if name in ONLY_IF_SO:
        return ONLY_IF_SO[name]
    more, less = WORDS[name]
    return more if is_more else less
