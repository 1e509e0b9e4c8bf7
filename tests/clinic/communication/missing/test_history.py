"""What counts of the past: visits that were agreed on, reminders alone, and the days of the place."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from osler.clinic.communication.missing.history import (
    earlier_visits,
    past_visits,
    reminded_before,
    visits_known,
)
from osler.clinic.communication.missing.rates import no_show_rates, total
from osler.clinic.communication.models import Notice
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.wall_time import set_period
from osler.foundation.jobs.outbox import SystemActor
from tests.conftest import new_patient

NOW = datetime(2027, 3, 1, 15, tzinfo=UTC)
NEW_YORK = "America/New_York"


@pytest.fixture(autouse=True)
def monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def house(organization):
    return SystemActor(organization.id)


@pytest.fixture
def patient(organization) -> Patient:
    return new_patient(organization, given="Dana")


@pytest.fixture
def visit(act, house, patient, site):
    def make(start: datetime, status: str, *, zone: str = NEW_YORK, is_walk_in: bool = False) -> Appointment:
        row = Appointment(patient=patient, location=site, status=status, is_walk_in=is_walk_in)
        set_period(row, start, end=start + timedelta(minutes=20), zone=zone)
        with act(house):
            row.save()
        return row

    return make


@pytest.mark.parametrize("status", ["fulfilled", "checked-in", "arrived", "noshow"])
def test_a_walk_in_has_kept_nothing_and_missed_nothing(act, adam, house, patient, visit, status):
    visit(NOW - timedelta(days=9), "fulfilled")
    visit(NOW - timedelta(days=8), "noshow")
    visit(NOW - timedelta(days=7), status, is_walk_in=True)
    with act(house):
        assert [(one.facts.kept, one.facts.missed) for one in past_visits(now=NOW)] == [(0, 0), (1, 0)]
        assert earlier_visits([patient.id], now=NOW) == {patient.id: (1, 1)}
        assert visits_known(now=NOW) == 2
    with act(adam):
        rates = no_show_rates(
            since=NOW.date() - timedelta(days=30), until=NOW.date(), zone=NEW_YORK, actor=adam
        )
        assert (total(rates).visits, total(rates).missed) == (2, 1)


@pytest.mark.parametrize(
    ("kind", "is_one"),
    [
        ("visit-reminder", True),
        ("appointment-booked", False),
        ("appointment-moved", False),
        ("text-answer", False),
    ],
)
def test_only_a_reminder_has_reminded(act, house, patient, visit, kind, is_one):
    past, coming = visit(NOW - timedelta(days=5), "fulfilled"), visit(NOW + timedelta(days=1), "booked")
    with act(house):
        for row, sent_at in ((past, NOW - timedelta(days=7)), (coming, NOW)):
            Notice(
                patient=patient,
                appointment=row,
                kind=kind,
                status="sent",
                to_address="a@b.test",
                sent_at=sent_at,
                effect_key=f"{kind}:{row.id}",
            ).save()
        assert reminded_before([past.id]) == ({past.id} if is_one else set())
        assert reminded_before([coming.id], now=NOW) == ({coming.id} if is_one else set())
        assert [one.facts.is_reminded for one in past_visits(now=NOW)] == [is_one]


@pytest.mark.parametrize(
    ("zone", "first", "second", "missed"),
    [
        (NEW_YORK, (3, 18), (3, 20), 0),  # one day there, two in UTC
        (NEW_YORK, (3, 20), (4, 9), 1),  # two days there, one in UTC
        ("Asia/Kolkata", (3, 4), (3, 6), 0),
        ("Asia/Kolkata", (3, 23), (4, 4), 1),
        ("UTC", (3, 9), (3, 20), 0),
        ("UTC", (3, 23), (4, 1), 1),
    ],
)
def test_a_day_is_a_day_at_the_place_of_the_visit(act, house, visit, zone, first, second, missed):
    starts = [datetime(2027, 2, day, hour, tzinfo=ZoneInfo(zone)) for day, hour in (first, second)]
    for start in starts:
        visit(start, "noshow", zone=zone)
    with act(house):
        found = past_visits(now=NOW)
        assert [one.facts.missed for one in found] == [0, missed]
        assert [one.day for one in found] == [start.date() for start in starts]
