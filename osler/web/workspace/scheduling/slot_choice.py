"""Choosing a time: the slots that are offered, and reading what was chosen out of a form."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.appointments.resizing import LONGEST, SHORTEST
from osler.clinic.scheduling.calendars.availability import Preference, Slot, next_free_slots, slot_at
from osler.clinic.scheduling.errors import LengthImpossible
from osler.clinic.scheduling.models import Schedule
from osler.clinic.scheduling.queries import day_bounds, schedules_of
from osler.clinic.scheduling.wall_time import instant_of
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.ui.date_entry import parse_date
from osler.kernel.errors import Invalid
from osler.web.workspace.scheduling.filters import read_id

OFFERED = 12
DEFAULT_MINUTES = 20
NOON, EVENING = time(12), time(17)
PARTS = {
    "morning": (_("In the morning"), None, NOON),
    "afternoon": (_("In the afternoon"), NOON, EVENING),
    "evening": (_("In the evening"), EVENING, None),
}


class NoTimeChosen(Invalid):
    """The form came without a time."""

    code = "no-time-chosen"
    message = _("Please choose a time.")
    field = "slot"


@dataclass(frozen=True)
class Choices:
    """What can be chosen from: calendars and kinds of visit."""

    schedules: list[Schedule] = field(default_factory=schedules_of)
    services: list[HealthcareService] = field(
        default_factory=lambda: list(
            HealthcareService.objects.filter(active=True)
            .select_related("needs_before")
            .order_by("kind", "name")
        )
    )

    @property
    def practitioners(self) -> list[Practitioner]:
        """Those who keep a calendar, by name."""
        return list({one.practitioner_id: one.practitioner for one in self.schedules}.values())

    @property
    def locations(self) -> list[Location]:
        """The sites at which calendars are kept."""
        return list({one.location_id: one.location for one in self.schedules}.values())

    def practitioner(self, text: str | None) -> Practitioner | None:
        wanted = read_id(text)
        return next((one for one in self.practitioners if one.id == wanted), None)

    def location(self, text: str | None) -> Location | None:
        wanted = read_id(text)
        return next((one for one in self.locations if one.id == wanted), None)

    def service(self, text: str | None) -> HealthcareService | None:
        wanted = read_id(text)
        return next((one for one in self.services if one.id == wanted), None)

    def schedule(self, practitioner_id: UUID, location_id: UUID | None) -> Schedule | None:
        """The calendar of a clinician at a site, or at the first one."""
        return next(
            (
                one
                for one in self.schedules
                if one.practitioner_id == practitioner_id and location_id in (None, one.location_id)
            ),
            None,
        )


def token(slot: Slot) -> str:
    """A slot as the value of a button: who, where, when."""
    start = slot.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")
    return f"{slot.practitioner_id}~{slot.location_id}~{start}"


def read_token(text: str, *, choices: Choices, minutes: int) -> Slot:
    """The slot that a button means; NoTimeChosen if it means none."""
    practitioner, _between, rest = text.partition("~")
    location, _between, start = rest.partition("~")
    key, place = read_id(practitioner), read_id(location)
    schedule = choices.schedule(key, place) if key and place else None
    try:
        moment = datetime.fromisoformat(start)
    except ValueError:
        raise NoTimeChosen from None
    if schedule is None or moment.tzinfo is None:
        raise NoTimeChosen
    return _slot(schedule, moment, minutes)


def read_slot(form: QueryDict, *, choices: Choices, minutes: int) -> Slot:
    """The slot that was chosen: one of those offered, or a time written by hand."""
    chosen = form.get("slot_now") or form.get("slot") or ""
    if chosen and chosen != "other":
        return read_token(chosen, choices=choices, minutes=minutes)
    practitioner = read_id(form.get("other_practitioner") or form.get("practitioner"))
    day, at = parse_date(form.get("other_day", "")), read_time(form.get("other_time", ""))
    if practitioner is None or day is None or at is None:
        raise NoTimeChosen
    schedule = choices.schedule(practitioner, read_id(form.get("location")))
    if schedule is None:
        raise NoTimeChosen
    fold = form.get("fold", "")
    start = instant_of(
        day,
        at,
        zone=schedule.location.zone,
        fold=int(fold) if fold in {"0", "1"} else None,
    )
    return _slot(schedule, start, minutes)


def read_time(text: str) -> time | None:
    """A time of day such as 9:20, or None."""
    try:
        return time.fromisoformat(text.strip().zfill(5)) if ":" in text else None
    except ValueError:
        return None


def read_minutes(form: QueryDict, *, default: int) -> int:
    """The length that was asked for, or another if none was; LengthImpossible if no visit takes so long."""
    text = form.get("minutes", "").strip()
    if not text:
        return default
    if not text.isdecimal() or len(text) > 4 or not SHORTEST <= int(text) <= LONGEST:
        raise LengthImpossible
    return int(text)


@dataclass(frozen=True)
class Hoped:
    """On which day of the week and in which part of the day somebody would like to come, if it matters."""

    weekday: int | None = None
    part: str = ""

    @property
    def weekdays(self) -> list[tuple[int, str, bool]]:
        """Each day to choose, and whether it is chosen."""
        return [(number, str(name), number == self.weekday) for number, name in WEEKDAYS.items()]

    @property
    def parts(self) -> list[tuple[str, Promise, bool]]:
        """Each part of the day to choose, and whether it is chosen."""
        return [(key, words, key == self.part) for key, (words, _since, _until) in PARTS.items()]

    @property
    def preference(self) -> Preference:
        """The same for the calendar."""
        days = frozenset() if self.weekday is None else frozenset({self.weekday})
        _words, since, until = PARTS.get(self.part, ("", None, None))
        return Preference(days, since, until)


def read_hoped(given: QueryDict) -> Hoped:
    """What was chosen; what is no choice counts as none."""
    weekday, part = given.get("weekday", ""), given.get("part", "")
    return Hoped(
        int(weekday) if weekday in map(str, WEEKDAYS) else None,
        part if part in PARTS else "",
    )


def offered_slots(  # noqa: PLR0913  what one may ask for
    choices: Choices,
    *,
    practitioner: Practitioner | None,
    location: Location | None,
    service: HealthcareService | None,
    minutes: int | None = None,
    day: date | None = None,
    hoped: Hoped,
) -> list[Slot]:
    """The next free slots from today or from a day on."""
    after = None
    if day is not None and choices.locations:
        after = day_bounds(day, zone=(location or choices.locations[0]).zone)[0]
    return next_free_slots(
        [practitioner] if practitioner else None,
        service=service,
        location=location,
        minutes=minutes,
        preference=hoped.preference,
        after=after,
        limit=OFFERED,
    )


def booking_url(**chosen: Any) -> str:
    """The address of the booking page with these choices made."""
    query = urlencode({name: value for name, value in chosen.items() if value})
    return f"{reverse('appointment-new')}?{query}" if query else reverse("appointment-new")


def preselected(given: QueryDict, slots: list[Slot]) -> str:
    """What stands chosen: what was chosen before if it is still there, else the first slot."""
    chosen = given.get("slot", "")
    tokens = [token(one) for one in slots]
    return chosen if chosen in {*tokens, "other"} else next(iter(tokens), "")


def read_start(request: HttpRequest) -> datetime | None:
    """The instant in an address, or None."""
    try:
        found = datetime.fromisoformat(request.GET.get("start", ""))
    except ValueError:
        return None
    return found if found.tzinfo else None


def minutes_of(service: HealthcareService | None, schedule: Schedule | None) -> int:
    """How long a visit of this kind takes in this calendar."""
    if service is not None:
        return service.duration_minutes
    return schedule.slot_minutes if schedule else DEFAULT_MINUTES


def _slot(schedule: Schedule, start: datetime, minutes: int) -> Slot:
    return slot_at(
        start,
        practitioner=schedule.practitioner,
        location=schedule.location,
        minutes=minutes,
        room=schedule.room,
    )
