"""How full the days of a month are."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.scheduling.appointments.booking import book_appointment, cancel_appointment
from osler.clinic.scheduling.appointments.holds import hold_slot
from osler.clinic.scheduling.calendars.months import DayLoad, month_load
from osler.clinic.scheduling.models import Absence
from tests.clinic.scheduling.conftest import MONDAY, at

pytestmark = pytest.mark.django_db

FIRST = date(2027, 3, 1)


def loads(actor, *people, last=date(2027, 3, 7), site=None):
    return month_load(
        actor,
        first=FIRST,
        last=last,
        zone="America/New_York",
        site=site,
        practitioners=[one.id for one in people],
    )


def test_each_day_has_its_visits_and_what_is_free(act, bob, patient, osei, ruiz, site, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), actor=bob)
        book_appointment(patient, slot=slot(10, minutes=60), actor=bob)
        cancel_appointment(book_appointment(patient, slot=slot(13), actor=bob), actor=bob)
        hold_slot(patient, slot=slot(14, day=1), actor=bob)
        Absence.objects.create(practitioner=ruiz, period=(at(0, day=2), at(0, day=3)))
        found = loads(bob, osei, ruiz, site=site)

    day = 7 * 60
    assert found == {
        date(2027, 3, 1): DayLoad(2, 2 * day, 2 * day - 80),
        date(2027, 3, 2): DayLoad(0, 2 * day, 2 * day - 20),
        date(2027, 3, 3): DayLoad(0, day, day),
        date(2027, 3, 4): DayLoad(0, 2 * day, 2 * day),
        date(2027, 3, 5): DayLoad(0, 2 * day, 2 * day),
    }


def test_past_time_is_free_no_more_and_a_hold_ends(act, bob, patient, osei, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), actor=bob)
        hold_slot(patient, slot=slot(16), actor=bob)
        with time_machine.travel(MONDAY + timedelta(hours=7), tick=False):
            found = loads(bob, osei, last=FIRST)

    assert found == {FIRST: DayLoad(1, 120, 120)}
    assert found[FIRST].free_percent == 100


def test_a_month_takes_two_statements_and_a_stranger_sees_none(act, bob, charlie, booked_twice, osei):
    with act(bob), CaptureQueriesContext(connection) as queries:
        loads(bob, osei, last=date(2027, 4, 4))
    assert len(queries) == 2
    with act(charlie):
        assert loads(charlie, osei) == {}


@pytest.fixture
def booked_twice(act, bob, patient, slot):
    with act(bob):
        return [book_appointment(patient, slot=slot(hour), actor=bob) for hour in (9, 15)]


@pytest.mark.parametrize(("load", "percent"), [((0, 0, 0), None), ((3, 420, 0), 0), ((0, 420, 420), 100)])
def test_what_share_is_free(load, percent):
    assert DayLoad(*load).free_percent == percent
