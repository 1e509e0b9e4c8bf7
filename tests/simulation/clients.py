"""Many clients at once, each a thread with a connection of its own, and a clinic for them."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as wall
from zoneinfo import ZoneInfo

from django.db import connection

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.calendars.availability import Slot, slot_at
from osler.clinic.scheduling.models import Schedule, WeeklyHours
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location, Organization, Practitioner
from osler.kernel import clock
from osler.kernel.keys import uuid7

NEW_YORK = ZoneInfo("America/New_York")


@dataclass
class Outcome:
    """What became of one try: an answer or an error, and how long it took (seconds)."""

    seconds: float
    value: object = None
    error: BaseException | None = None


PENDING = Outcome(0.0)


def at_once(works: Sequence[Callable[[], object]]) -> list[Outcome]:
    """Let all works start at the same moment, each in a thread whose connection is open."""
    return race([[work] for work in works])[0]


def race(works: Sequence[Sequence[Callable[[], object]]]) -> list[list[Outcome]]:
    """Rounds in which all clients start at once: `works[client][round]`.

    The answer is sorted by round, then client. A client keeps its thread and its connection, as a
    server does.
    """
    rounds = len(works[0])
    outcomes = [[PENDING] * len(works) for _ in range(rounds)]
    start = threading.Barrier(len(works))

    def run(client: int) -> None:
        connection.ensure_connection()
        for number, work in enumerate(works[client]):
            start.wait()
            outcomes[number][client] = _timed(work)
        connection.close()

    threads = [threading.Thread(target=run, args=[client]) for client in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def _timed(work: Callable[[], object]) -> Outcome:
    begun = time.perf_counter()
    try:
        value = work()
    except Exception as error:  # the error is the outcome
        return Outcome(time.perf_counter() - begun, error=error)
    return Outcome(time.perf_counter() - begun, value)


@dataclass
class BusyClinic:
    """A tenant of its own with one site, some clinicians who are always there, and patients."""

    actor: Actor = field(
        default_factory=lambda: Actor(
            user_id=uuid7(),
            name="Bob",
            organization_id=uuid7(),
            roles=frozenset({Role.RECEPTION}),
        )
    )
    site: Location = field(init=False)
    practitioners: list[Practitioner] = field(default_factory=list)
    patients: list[Patient] = field(default_factory=list)

    @property
    def first_day(self) -> date:
        return clock.today() + timedelta(days=30)

    def open(self, *, practitioners: int, patients: int) -> "BusyClinic":
        """Write the clinic into the database."""
        with acting(self.actor):
            Organization.objects.create(id=self.actor.organization_id, name="Busy clinic")
            self.site = Location.objects.create(name="Site", zone="America/New_York")
            for number in range(practitioners):
                self.practitioners.append(Practitioner.objects.create(family=f"Clinician {number}"))
            schedules = [
                Schedule.objects.create(practitioner=one, location=self.site) for one in self.practitioners
            ]
            WeeklyHours.objects.bulk_create(
                WeeklyHours(
                    schedule=schedule,
                    weekday=weekday,
                    starts=wall(0),
                    ends=wall(23, 59),
                    valid_period=(date(2020, 1, 1), None),
                )
                for schedule in schedules
                for weekday in range(7)
            )
            for number in range(patients):
                self.patients.append(Patient.objects.create(family=f"Patient {number}"))
        return self

    def slots(self, count: int, *, practitioner: int = 0, first_day: int = 0) -> list[Slot]:
        """Slots of 20 minutes one after the other, 24 a day from nine o'clock on."""
        return [
            slot_at(
                self._start(first_day + number // 24, number % 24),
                practitioner=self.practitioners[practitioner],
                location=self.site,
                minutes=20,
            )
            for number in range(count)
        ]

    def _start(self, day: int, number: int) -> datetime:
        morning = datetime.combine(self.first_day + timedelta(days=day), wall(9), tzinfo=NEW_YORK)
        return morning + timedelta(minutes=20 * number)
