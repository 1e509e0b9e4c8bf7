"""Whom a free time suits, and who of them comes first. All of it pure; the rule stands in
docs/waiting-list.md.

First priority, then fit, then who has waited longest. Fit counts what was wished for and is met: this very
clinician, this day or part of the day; and that the visit leaves nothing of the freed time over.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import WaitlistEntry

NOON, EVENING = time(12), time(17)
Hours = tuple[time | None, time | None]
"""From one reading of the clock until another; None is the edge of the day."""
PARTS: Mapping[str, Hours] = {
    WaitlistEntry.Part.MORNING: (None, NOON),
    WaitlistEntry.Part.AFTERNOON: (NOON, EVENING),
    WaitlistEntry.Part.EVENING: (EVENING, None),
}
"""The parts of the day, as they follow each other."""
URGENT, SOON, CLINICIAN, DAY, WHOLE, LONGEST = "urgent", "soon", "clinician", "day", "whole", "longest"
REASONS: Mapping[str, str | Promise] = {
    URGENT: _("urgent"),
    SOON: _("should come soon"),
    CLINICIAN: _("asked for this clinician"),
    DAY: _("asked for this day or part of the day"),
    WHOLE: _("needs the whole of the time"),
    LONGEST: _("has waited longest"),
}
_PRIORITIES: Mapping[int, str] = {WaitlistEntry.Priority.URGENT: URGENT, WaitlistEntry.Priority.SOON: SOON}


@dataclass(frozen=True, slots=True)
class Match:
    """An entry with a slot that suits it, and how well."""

    entry: WaitlistEntry
    slot: Slot
    fit: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int, datetime, str]:
        """The smallest comes first."""
        return (-self.entry.priority, -len(self.fit), self.entry.joined_at, str(self.entry.id))


def part_of(wall: datetime) -> str:
    """The part of the day of a reading of the clock."""
    return next(part for part, (_since, until) in PARTS.items() if until is None or wall.time() < until)


def hours_of(parts: Collection[str]) -> list[Hours]:
    """The stretches of the day that parts of it make: parts that adjoin are one, none are the whole day."""
    found: list[Hours] = []
    for since, until in (hours for part, hours in PARTS.items() if part in parts or not parts):
        if found and found[-1][1] == since:
            found[-1] = (found[-1][0], until)
        else:
            found.append((since, until))
    return found


def suits(entry: WaitlistEntry, slot: Slot, *, now: datetime) -> bool:
    """Whether somebody on the list would like a slot, with enough notice, and earlier than what he has."""
    wall = slot.start.astimezone(ZoneInfo(slot.zone))
    had = entry.replaces.starts_at if entry.replaces_id and entry.replaces else None
    return (
        slot.start >= now + timedelta(minutes=entry.notice_minutes)
        and entry.practitioner_id in (None, slot.practitioner_id)
        and entry.location_id in (None, slot.location_id)
        and (not entry.weekdays or wall.weekday() in entry.weekdays)
        and (not entry.parts or part_of(wall) in entry.parts)
        and (entry.not_before is None or wall.date() >= entry.not_before)
        and (entry.not_after is None or wall.date() <= entry.not_after)
        and (had is None or slot.start < had)
    )


def fit_of(entry: WaitlistEntry, slot: Slot, *, until: datetime) -> tuple[str, ...]:
    """What of a match is more than possible; `until` is where the free time ends."""
    found = []
    if entry.practitioner_id is not None:
        found.append(CLINICIAN)
    if entry.weekdays or entry.parts:
        found.append(DAY)
    if slot.end >= until:
        found.append(WHOLE)
    return tuple(found)


def ranked(matches: Iterable[Match]) -> list[Match]:
    """The best first."""
    return sorted(matches, key=lambda match: match.rank)


def reasons_of(first: Match, others: Iterable[Match]) -> list[str]:
    """Why the first of the matches of a time comes before the others: what decided, or all that fits."""
    rest = [match for match in others if match is not first]
    found = [_PRIORITIES[first.entry.priority]] if first.entry.priority in _PRIORITIES else []
    found += first.fit
    alike = [match for match in rest if match.rank[:2] == first.rank[:2]]
    return [*found, LONGEST] if alike else found


def reason_words(codes: Iterable[str]) -> list[str | Promise]:
    """The reasons for people."""
    return [REASONS[code] for code in codes if code in REASONS]
