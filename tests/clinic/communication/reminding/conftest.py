"""A clinic that reminds, a patient who is reached both ways, and a visit on a Wednesday at two."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test.utils import override_settings

from osler.clinic.communication.models import Notice, ReminderLadder
from osler.clinic.communication.reminding.ladders import begin_ladder
from osler.clinic.communication.reminding.planning import queue_due_reminders
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.directory.models import Location, Organization
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import new_patient

NEW_YORK = ZoneInfo("America/New_York")


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


START = wall("2027-03-10 14:00")


@pytest.fixture(autouse=True)
def texts():
    with override_settings(SMS_URL="loopback"):
        yield


@pytest.fixture
def patient(organization: Organization) -> Patient:
    return new_patient(organization, email="dana@home.test", phone="(413) 555-0142")


@pytest.fixture
def ladder(act, adam) -> ReminderLadder:
    with act(adam):
        return begin_ladder(actor=adam)


@pytest.fixture
def booked(act, organization, patient, site) -> Callable[..., Appointment]:
    def book(start: datetime = START, *, whose: Patient = patient, at: Location = site) -> Appointment:
        with act(SystemActor(organization.id)):
            visit = Appointment(patient=whose, location=at, status="booked")
            set_period(visit, start, end=start + timedelta(minutes=20), zone=at.zone)
            visit.save()
        return visit

    return book


@pytest.fixture
def tick(act, organization) -> Callable[[datetime], int]:
    """What the clock does each five minutes."""

    def at(now: datetime) -> int:
        with act(SystemActor(organization.id)):
            return queue_due_reminders(now=now)

    return at


@pytest.fixture
def queued(act, organization) -> Callable[[], list[tuple[str, int | None]]]:
    """Channel and lead of each reminder, in the order in which they were queued."""

    def rows() -> list[tuple[str, int | None]]:
        with act(SystemActor(organization.id)):
            return list(Notice.objects.order_by("id").values_list("channel", "lead_minutes"))

    return rows
