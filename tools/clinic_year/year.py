"""The year itself: a calendar in memory, a virtual clock, and what is switched on."""

import heapq
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from osler.clinic.communication.missing.features import Facts, names_of, row_of
from osler.clinic.communication.missing.learning import Learnt, learn
from osler.clinic.communication.missing.scoring import AT_LEAST, TIMES_THE_RATE
from osler.clinic.communication.reminding.timing import DAY, Quiet, is_quiet, quiet_ends
from osler.clinic.scheduling.models import Appointment, WaitlistEntry
from osler.clinic.scheduling.waiting_list.matching import Match, fit_of, ranked, suits
from osler.clinic.scheduling.waiting_list.offering import answer_by
from osler.kernel.periods import period
from tools.clinic_year.book import LENGTH, Place, Visit
from tools.clinic_year.people import (
    CANCELS,
    CONFIRMED,
    CONFIRMS,
    ONE_MORE,
    REACHED,
    REMINDED,
    TAKES,
    TELLS,
    WANTS_EARLIER,
    Fate,
    Person,
    odds,
    people,
    share,
)

BEGINS = datetime(2027, 1, 4, tzinfo=UTC)
WARM_UP = timedelta(weeks=26)
MEASURED = timedelta(weeks=52)
ENDS = BEGINS + WARM_UP + MEASURED
CLINICIANS = tuple(uuid5(UUID(int=0), name) for name in ("one", "two"))
HOURS = tuple(time(hour, minute) for hour in (9, 10, 11, 13, 14, 15, 16) for minute in (0, 30))
DEMAND = 1.02
"""Visits asked for, as a share of the times that there are."""
SOON = 0.45
"""So many want the first time of these days; the others come again in some weeks."""
QUIET = Quiet(time(21), time(8))
NOTICE = timedelta(hours=2)
LEARNS_EACH = timedelta(weeks=13)
HELD_BACK_WEEKS = 8
LATE = timedelta(days=2)
"""A time that is given back so short before is hard to fill."""


@dataclass(frozen=True)
class Switches:
    """What the clinic uses."""

    reminders: bool
    risk: bool
    waiting_list: bool


@dataclass
class Tally:
    """What is counted in the measured year."""

    times: int = 0
    seen: int = 0
    due: int = 0
    missed: int = 0
    freed: int = 0
    filled: int = 0
    late: int = 0
    late_filled: int = 0
    days: list[float] = field(default_factory=list)
    offers: int = 0
    accepted: int = 0
    beside: int = 0
    crowded: int = 0


class Year:
    """One run; the same seed brings the same patients with the same wishes, whatever is switched on."""

    def __init__(self, seed: int, switches: Switches) -> None:
        self.switches = switches
        self.chance = random.Random(seed)
        self.persons = people(self.chance)
        self.places = list(_places())
        self.first = 0
        self.events: list[tuple[datetime, int, str, object]] = []
        self.ticket = itertools.count()
        self.waiting: dict[UUID, Visit] = {}
        self.past: list[tuple[Facts, bool, datetime]] = []
        self.learnt: Learnt | None = None
        self.rate = 0.0
        self.tally = Tally()
        self.keys = itertools.count(1)

    def run(self) -> Tally:
        """Live through it."""
        step = timedelta(days=1) / (len(CLINICIANS) * len(HOURS) * 5 / 7 * DEMAND)
        self._at(BEGINS, "ask", step)
        self._at(BEGINS + WARM_UP, "learn", None)
        while self.events:
            now, _ticket, kind, what = heapq.heappop(self.events)
            if now >= ENDS:
                break
            getattr(self, f"_{kind}")(now, what)
        return self.tally

    def _at(self, when: datetime, kind: str, what: object) -> None:
        heapq.heappush(self.events, (when, next(self.ticket), kind, what))

    def _ask(self, now: datetime, step: timedelta) -> None:
        """Somebody wants a visit; the next one asks after a while."""
        self._at(now + step * self.chance.expovariate(1), "ask", step)
        is_soon = self.chance.random() < SOON
        days = self.chance.choice((0.1, 1, 2, 3) if is_soon else (7, 14, 28, 42))
        person, wants = self.chance.choice(self.persons), now + timedelta(days=days)
        place = self._free(now, wants, person)
        if place is not None:
            self._book(now, person, place)

    def _free(self, now: datetime, wants: datetime, person: Person) -> Place | None:
        while self.first < len(self.places) and self.places[self.first].start < now:
            self.first += 1
        for place in map(self.places.__getitem__, range(self.first, len(self.places))):
            if place.start > wants + timedelta(days=45):
                return None
            if place.visit is None and place.start >= wants and _can(person, place):
                return place
        return None

    def _book(self, now: datetime, person: Person, place: Place) -> Visit:
        visit = Visit(next(self.keys), person, place, now, luck=self.chance.random())
        self._take(now, visit, place)
        lead = place.start - now
        if self.chance.random() < CANCELS and lead > timedelta(days=1):
            self._at(now + (lead - timedelta(days=0.5)) * self.chance.random(), "cancel", visit)
        if lead > timedelta(days=7) and self.chance.random() < WANTS_EARLIER and self.switches.waiting_list:
            self._join(now, visit)
        return visit

    def _take(self, now: datetime, visit: Visit, place: Place) -> None:
        if place.freed_at is not None:
            if self._counts(place):
                self.tally.filled += 1
                self.tally.late_filled += place.start - place.freed_at < LATE
            place.freed_at = None
        place.visit, visit.slot = visit, place
        visit.is_reminded = visit.is_confirmed = visit.has_one_more = False
        self._at(place.start, "begin", (visit, place))
        self._at(max(place.start - timedelta(days=2), now), "remind", (visit, place))
        self._at(max(place.start - timedelta(days=1), now), "look", (visit, place))

    def _cancel(self, now: datetime, visit: Visit) -> None:
        if visit.fate is Fate.OPEN and visit.slot.start > now:
            visit.fate = Fate.CANCELLED
            self._leave(visit)
            self._give_back(now, visit.slot)

    def _give_back(self, now: datetime, place: Place) -> None:
        place.visit = None
        if place.start - now < timedelta(minutes=30):
            return
        place.freed_at = now
        if self._counts(place):
            self.tally.freed += 1
            self.tally.late += place.start - now < LATE
        self._at(now, "offer", place)

    def _remind(self, now: datetime, what: tuple[Visit, Place]) -> None:
        visit, place = what
        if not self.switches.reminders or not _stands(visit, place) or place.start - now < timedelta(hours=3):
            return
        visit.is_reminded = True
        would_miss = visit.luck < share(self._odds(visit))
        if would_miss and self.chance.random() < TELLS:
            self._cancel(now, visit)
        else:
            visit.is_confirmed = self.chance.random() < CONFIRMS

    def _look(self, now: datetime, what: tuple[Visit, Place]) -> None:
        """A day before: how likely is a miss?"""
        visit, place = what
        if not _stands(visit, place):
            return
        visit.facts = self._facts(visit)
        if not self.switches.risk or self.learnt is None or place.start <= now:
            return
        risk = self.learnt.risk(row_of(visit.facts))
        if risk < max(AT_LEAST, TIMES_THE_RATE * self.rate):
            return
        if self.switches.reminders:
            visit.has_one_more = True
            if visit.luck < share(self._odds(visit)) and self.chance.random() < TELLS / 2:
                self._cancel(now, visit)
                return
        if risk >= 2 * AT_LEAST and place.beside is None and not visit.is_confirmed:
            self._beside(now, place)

    def _beside(self, now: datetime, place: Place) -> None:
        """The desk books somebody beside who wants to come soon anyway, one time in two."""
        later = next((one for one in self._later(place) if _can(one.person, place)), None)
        if later is None or self.chance.random() < 0.5:
            return
        old = later.slot
        later.is_beside, place.beside = True, later
        self._leave(later)
        later.slot = place
        later.is_reminded = True
        self._give_back(now, old)

    def _later(self, place: Place) -> Iterator[Visit]:
        for other in map(self.places.__getitem__, range(self.first, len(self.places))):
            visit = other.visit
            if (
                other.start > place.start + timedelta(days=3)
                and visit is not None
                and visit.fate is Fate.OPEN
            ):
                yield visit
            if other.start > place.start + timedelta(days=21):
                return

    def _begin(self, now: datetime, what: tuple[Visit, Place]) -> None:
        visit, place = what
        if not _stands(visit, place):
            return
        self._leave(visit)
        came = [self._comes(one, place) for one in (visit, place.beside) if one is not None]
        if self._counts(place):
            self.tally.due += len(came)
            self.tally.missed += len(came) - sum(came)
            self.tally.seen += any(came)
            self.tally.days.append((place.start - visit.booked_at) / timedelta(days=1))
            self.tally.beside += place.beside is not None
            self.tally.crowded += len(came) > 1 and all(came)

    def _comes(self, visit: Visit, place: Place) -> bool:
        is_missed = visit.luck < share(self._odds(visit))
        visit.fate = Fate.MISSED if is_missed else Fate.KEPT
        if not visit.is_beside:
            self.past.append((visit.facts or self._facts(visit), is_missed, place.start))
        visit.person.missed += is_missed
        visit.person.kept += not is_missed
        return not is_missed

    def _odds(self, visit: Visit) -> float:
        place = visit.slot
        lead = (place.start - visit.booked_at) / timedelta(days=1)
        plain = odds(visit.person, lead_days=lead, weekday=place.start.weekday(), hour=place.start.hour)
        return (
            plain
            + REMINDED * visit.is_reminded
            + CONFIRMED * visit.is_confirmed
            + ONE_MORE * visit.has_one_more
        )

    def _facts(self, visit: Visit) -> Facts:
        place, person = visit.slot, visit.person
        return Facts(
            lead_days=max((place.start - visit.booked_at) / timedelta(days=1), 0.0),
            kept=person.kept,
            missed=person.missed,
            weekday=place.start.weekday(),
            hour=place.start.hour,
            service="",
            is_confirmed=visit.is_confirmed,
            is_reminded=visit.is_reminded,
        )

    def _learn(self, now: datetime, _nothing: object) -> None:
        """As the worker does at night, from all visits so far."""
        rows = [row_of(facts) for facts, _missed, _start in self.past]
        labels = [missed for _facts, missed, _start in self.past]
        if self.switches.risk:
            self.learnt = learn(rows, labels, names_of(rows, at_least=30))
            self.rate = sum(labels) / len(labels)
            self._at(now + LEARNS_EACH, "learn", None)

    def _join(self, now: datetime, visit: Visit) -> None:
        person = visit.person
        parts = [] if person.morning is None else [["afternoon", "morning"][person.morning]]
        had = Appointment(status="booked", period=_period(visit.slot.start))
        visit.entry = WaitlistEntry(
            appointment=Appointment(status="waitlist"),
            replaces=had,
            weekdays=sorted(person.weekdays) if len(person.weekdays) < 5 else [],
            parts=parts,
            notice_minutes=int(NOTICE / timedelta(minutes=1)),
            joined_at=now,
        )
        self.waiting[visit.entry.id] = visit

    def _leave(self, visit: Visit) -> None:
        if visit.entry is not None:
            self.waiting.pop(visit.entry.id, None)
            visit.entry = None

    def _offer(self, now: datetime, place: Place) -> None:
        """Ask the best match of those who wait; the next when there is no answer."""
        if not self.switches.waiting_list or place.visit is not None or place.start - now < NOTICE:
            return
        if is_quiet(now, zone="UTC", quiet=QUIET):
            self._at(quiet_ends(now, zone="UTC", quiet=QUIET), "offer", place)
            return
        slot = place.slot
        asked = (
            visit.entry for key, visit in self.waiting.items() if key not in place.offered and visit.entry
        )
        matches = [
            Match(entry, slot, fit_of(entry, slot, until=slot.end))
            for entry in asked
            if suits(entry, slot, now=now)
        ]
        if not matches:
            return
        entry = ranked(matches)[0].entry
        place.offered.add(entry.id)
        until = min(answer_by(place.start, now=now), place.start - NOTICE)
        if self._counts(place):
            self.tally.offers += 1
        if self.chance.random() < REACHED:
            answers_at = now + (until - now) * self.chance.random()
            takes = self.chance.random() < TAKES
            self._at(answers_at, "answer", (self.waiting[entry.id], place, takes))
        else:
            self._at(until, "offer", place)

    def _answer(self, now: datetime, what: tuple[Visit, Place, bool]) -> None:
        visit, place, takes = what
        if not takes or visit.fate is not Fate.OPEN or visit.entry is None or visit.slot.start <= place.start:
            self._at(now, "offer", place)
            return
        if place.visit is not None:  # somebody else was faster
            return
        old = visit.slot
        self._leave(visit)
        if self._counts(place):
            self.tally.accepted += 1
        self._take(now, visit, place)
        self._give_back(now, old)

    def _counts(self, place: Place) -> bool:
        return place.start >= BEGINS + WARM_UP


def _can(person: Person, place: Place) -> bool:
    is_morning = place.start.hour < 12
    return place.start.weekday() in person.weekdays and person.morning in (None, is_morning)


def _stands(visit: Visit, place: Place) -> bool:
    return visit.fate is Fate.OPEN and place.visit is visit


def _places() -> Iterator[Place]:
    day = BEGINS
    while day < ENDS + 60 * DAY:
        if day.weekday() < 5:
            for at in HOURS:
                for clinician in CLINICIANS:
                    yield Place(clinician, datetime.combine(day, at, tzinfo=UTC))
        day += DAY


def _period(start: datetime) -> DateTimeTZRange:
    return period(start, start + LENGTH)
