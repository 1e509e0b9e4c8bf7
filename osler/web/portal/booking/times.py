"""A page of free times: a week, of one clinician or anyone, at one site or any, in the morning or not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from itertools import groupby
from urllib.parse import urlencode
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.billing.charges.costs import Costs, costs_of
from osler.clinic.scheduling.appointments.online import online_slots
from osler.clinic.scheduling.calendars.availability import AT_ANY_TIME, Preference, Slot
from osler.clinic.scheduling.queries import schedules_of
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.kernel import clock

WEEK = 7
NOON = time(12)
PARTS: dict[str, tuple[str | Promise, Preference]] = {
    "": (_("At any time"), AT_ANY_TIME),
    "morning": (_("In the morning"), Preference(until=NOON)),
    "afternoon": (_("In the afternoon"), Preference(since=NOON)),
}


@dataclass(frozen=True)
class Offered:
    """A kind of visit that can be booked, what it costs, and where its times are."""

    service: HealthcareService
    costs: Costs
    address: str


def offered(services: Sequence[HealthcareService], *, address: Callable[[UUID], str]) -> list[Offered]:
    """These kinds of visit with what they cost."""
    costs = costs_of(services)
    return [Offered(one, costs[one.id], address(one.id)) for one in services]


@dataclass(frozen=True)
class Choice:
    """What the visitor has narrowed the times to; what cannot be read narrows nothing."""

    practitioner: UUID | None = None
    location: UUID | None = None
    part: str = ""
    week: int = 0

    @classmethod
    def read(cls, data: Mapping[str, str]) -> "Choice":
        part, week = data.get("part", ""), data.get("week", "")
        return cls(
            key_in(data.get("practitioner", "")),
            key_in(data.get("location", "")),
            part if part in PARTS else "",
            int(week) if week.isascii() and week.isdigit() and len(week) < 4 else 0,
        )

    def query(self, week: int) -> str:
        """The same choice, another week, as an address ends."""
        said = {
            "practitioner": self.practitioner or "",
            "location": self.location or "",
            "part": self.part,
            "week": week,
        }
        return urlencode(said)


class Times:
    """The free times of a week for a kind of visit, and whom and where one may choose."""

    def __init__(self, service: HealthcareService, choice: Choice) -> None:
        self.service, self.choice = service, choice
        self.weeks = max(1, -(-service.online_days_ahead // WEEK))
        self.week = min(choice.week, self.weeks - 1)

    @cached_property
    def slots(self) -> list[Slot]:
        """One slot a beginning: of several clinicians the first."""
        return self._found(self.week, weeks=1, limit=400)

    @cached_property
    def days(self) -> list[tuple[date, list[tuple[Slot, str]]]]:
        """The days that have free times, each time with its value in the form."""
        first = {(one.start, one.location_id): one for one in reversed(self.slots)}
        ordered = sorted(first.values(), key=lambda one: (one.local_start, one.location_name))
        by_day = groupby(ordered, key=lambda one: one.local_start.date())
        return [(day, [(one, value_of(one)) for one in those]) for day, those in by_day]

    @cached_property
    def next_week(self) -> int | None:
        """If this week has none: the next one that has."""
        if self.slots:
            return None
        found = self._found(self.week + 1, weeks=self.weeks, limit=1)
        return (found[0].start - clock.now()) // timedelta(days=WEEK) if found else None

    @cached_property
    def calendars(self) -> list[tuple[Practitioner, Location]]:
        """Who is booked where."""
        return [(one.practitioner, one.location) for one in schedules_of()]

    @property
    def practitioners(self) -> list[Practitioner]:
        return list(dict.fromkeys(one for one, _place in self.calendars))

    @property
    def locations(self) -> list[Location]:
        return sorted(dict.fromkeys(place for _one, place in self.calendars), key=lambda one: one.name)

    @property
    def parts(self) -> list[tuple[str, str | Promise, bool]]:
        return [(key, words, key == self.choice.part) for key, (words, _preference) in PARTS.items()]

    @property
    def zones(self) -> list[str]:
        """The zones in which the times are said."""
        return sorted({one.zone for one in self.slots})

    @property
    def earlier(self) -> str:
        return self.choice.query(self.week - 1) if self.week else ""

    @property
    def later(self) -> str:
        return self.choice.query(self.week + 1) if self.week + 1 < self.weeks else ""

    @property
    def onward(self) -> str:
        return self.choice.query(self.next_week) if self.next_week is not None else ""

    def _found(self, week: int, *, weeks: int, limit: int) -> list[Slot]:
        start, one = clock.now() + timedelta(days=WEEK * week), self.choice.practitioner
        return online_slots(
            self.service,
            start=start,
            end=start + timedelta(days=WEEK * weeks),
            practitioners=[one] if one else None,
            location=self.choice.location,
            preference=PARTS[self.choice.part][1],
            limit=limit,
        )


def value_of(slot: Slot) -> str:
    """A slot as a button of the form says it."""
    return f"{slot.start:%Y-%m-%dT%H:%M:%S%z}|{slot.practitioner_id}|{slot.location_id}"


def slot_in(value: str, service: HealthcareService) -> Slot | None:
    """The slot that a button says; nothing of it is believed before the calendar offers it."""
    start_text, _bar, rest = value[:120].partition("|")
    practitioner_text, _bar, location_text = rest.partition("|")
    practitioner, location = key_in(practitioner_text), key_in(location_text)
    place = Location.objects.filter(pk=location).first() if location else None
    try:
        start = datetime.fromisoformat(start_text)
        if practitioner is None or place is None or start.tzinfo is None:
            return None
        end = start + timedelta(minutes=service.duration_minutes)
    except (ValueError, OverflowError):
        return None
    return Slot(practitioner, place.id, start, end, place.zone)


def key_in(text: str) -> UUID | None:
    """The id that a text is, if it is one."""
    try:
        return UUID(text)
    except ValueError:
        return None
