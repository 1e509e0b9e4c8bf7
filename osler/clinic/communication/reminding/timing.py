"""When a reminder is due: so long before the visit, on the clock of its place, and never in the quiet hours.

The rules, all of them pure:

- Whole days are counted on the wall clock (the same reading, days before), anything else in elapsed time.
- A step that falls into the quiet hours goes out at their edge before: never after the visit.
- Of the steps whose time has come the nearest alone counts, so nobody gets two at once. It goes out late
  (the visit was booked after it, or the house was shut) only while more than half of its lead remains.
- In quiet hours nothing goes out, late or not.
- Once a nearer step has gone, no farther one goes: also when a clock is put back.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MARGIN = timedelta(minutes=15)
"""So long before the quiet hours goes out what would fall into them: the clock looks every five minutes."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours in which nothing is sent; alike at both ends means none."""

    since: time
    until: time

    def __contains__(self, wall: time) -> bool:
        if self.since <= self.until:
            return self.since <= wall < self.until
        return wall >= self.since or wall < self.until


@dataclass(frozen=True, slots=True)
class Step:
    """One reminder that is planned: so long before, by a rule of channels; or for visits at risk alone."""

    lead: timedelta
    by: str
    at_risk: bool = False


def due_at(start: datetime, step: Step, *, zone: str, quiet: Quiet) -> datetime:
    """The instant at which a step of a visit goes out."""
    place = ZoneInfo(zone)
    if step.lead % DAY:
        at = start - step.lead
    else:
        wall = start.astimezone(place)
        at = wall.replace(tzinfo=None, fold=0) - step.lead
        at = at.replace(tzinfo=place, fold=wall.fold).astimezone(UTC)
    return edge_before(at, zone=zone, quiet=quiet)


def edge_before(at: datetime, *, zone: str, quiet: Quiet) -> datetime:
    """The instant itself, or a little before the beginning of the quiet hours that it falls into."""
    place = ZoneInfo(zone)
    wall = at.astimezone(place).replace(tzinfo=None)
    inside = next((one for one in (wall, wall + MARGIN) if one.time() in quiet), None)
    if inside is None:
        return at.astimezone(UTC)
    day = inside.date() if inside.time() >= quiet.since else inside.date() - DAY
    edge = (datetime.combine(day, quiet.since) - MARGIN).replace(tzinfo=place).astimezone(UTC)
    # Where clocks go back, the reading comes twice: the first is meant.
    return min(edge, at.astimezone(UTC))


def is_quiet(now: datetime, *, zone: str, quiet: Quiet) -> bool:
    """Whether nothing is sent at this instant."""
    return now.astimezone(ZoneInfo(zone)).time() in quiet


def quiet_ends(now: datetime, *, zone: str, quiet: Quiet) -> datetime:
    """When the quiet hours of this instant are over."""
    place = ZoneInfo(zone)
    wall = now.astimezone(place)
    day = wall.date() if wall.time() < quiet.until else wall.date() + DAY
    return max(datetime.combine(day, quiet.until, tzinfo=place).astimezone(UTC), now + timedelta(minutes=1))


def steps_due(
    start: datetime,
    steps: Iterable[Step],
    *,
    now: datetime,
    zone: str,
    quiet: Quiet,
    gone: Collection[timedelta] = (),
) -> list[Step]:
    """The steps of a visit that go out now: none, or all those that are due at the nearest instant.

    `gone` are the leads of reminders of this visit that went out, or wait to.
    """
    if start <= now or is_quiet(now, zone=zone, quiet=quiet):
        return []
    come = [(due_at(start, step, zone=zone, quiet=quiet), step) for step in steps]
    come = [(at, step) for at, step in come if at <= now]
    if not come:
        return []
    nearest = min(step.lead for _at, step in come)
    is_useful = start - now > nearest / 2
    if not is_useful or any(lead < nearest for lead in gone):
        return []
    return [step for _at, step in come if step.lead == nearest]
