"""A clinic with two clinicians who work on weekdays from 9 to 12 and 13 to 17, on a Monday at 8."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.calendars.availability import Slot, slot_at
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from tests.clinic.scheduling.waiting_rooms import WaitingRoom

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = datetime(2027, 3, 1, 8, 0, tzinfo=NEW_YORK)


def at(hour: int, minute: int = 0, *, day: int = 0) -> datetime:
    """A wall time of the Monday (or days later) at the site."""
    wall = MONDAY.replace(hour=hour, minute=minute) + timedelta(days=day)
    return wall.astimezone(UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def keep_schedule(practitioner: Practitioner, site: Location) -> Schedule:
    schedule = Schedule.objects.create(practitioner=practitioner, location=site)
    for weekday in range(5):
        for starts, ends in ((time(9), time(12)), (time(13), time(17))):
            WeeklyHours.objects.create(
                schedule=schedule,
                weekday=weekday,
                starts=starts,
                ends=ends,
                valid_period=(date(2027, 1, 1), None),
            )
    return schedule


@pytest.fixture
def osei(act, bob, site) -> Practitioner:
    with act(bob):
        practitioner = Practitioner.objects.create(prefix="Dr.", given="Ada", family="Osei")
        keep_schedule(practitioner, site)
    return practitioner


@pytest.fixture
def ruiz(act, bob, site) -> Practitioner:
    with act(bob):
        practitioner = Practitioner.objects.create(prefix="Dr.", given="Luz", family="Ruiz")
        keep_schedule(practitioner, site)
    return practitioner


@pytest.fixture
def room(act, bob, site) -> Location:
    with act(bob):
        return Location.objects.create(name="Room 1", form="ro", part_of=site, zone=site.zone)


@pytest.fixture
def visit(act, bob, organization) -> HealthcareService:
    with act(bob):
        return HealthcareService.objects.create(name="Office visit", duration_minutes=20)


@pytest.fixture
def patient(act, bob, organization) -> Patient:
    with act(bob):
        return Patient.objects.create(given="Ada", family="Okafor", birth_date=date(1945, 7, 14))


@pytest.fixture
def other_patient(act, bob, organization) -> Patient:
    with act(bob):
        return Patient.objects.create(given="Ben", family="Abel", birth_date=date(1990, 1, 2))


@pytest.fixture
def slot(osei, site) -> Callable[..., Slot]:
    def make(
        hour: int,
        minute: int = 0,
        *,
        day: int = 0,
        minutes: int = 20,
        room=None,
        by=osei,
    ) -> Slot:
        return slot_at(
            at(hour, minute, day=day),
            practitioner=by,
            location=site,
            minutes=minutes,
            room=room,
        )

    return make


@pytest.fixture
def hall(act, adam, bob, site, slot) -> WaitingRoom:
    return WaitingRoom(act, adam, bob, site, slot)
