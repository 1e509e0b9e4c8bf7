"""How a time looks to a visit before it moves there."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.scheduling.appointments.booking import book_appointment, reschedule_appointment
from osler.clinic.scheduling.appointments.looking import Look, look_at
from osler.clinic.scheduling.calendars.pools import save_pool, set_needs
from osler.clinic.scheduling.errors import OutsideSchedule, ResourceTaken, RoomTaken, SlotTaken
from osler.clinic.scheduling.models import Pool
from osler.kernel.errors import Denied
from tests.clinic.scheduling.appointments.test_booking import stored
from tests.clinic.scheduling.conftest import MONDAY, at

pytestmark = pytest.mark.django_db

REFUSED = {Look.OUTSIDE: OutsideSchedule, Look.TAKEN: SlotTaken, Look.ROOM: RoomTaken}


@pytest.mark.parametrize(
    ("hour", "minute", "look"),
    [
        (9, 0, Look.FREE),
        (9, 10, Look.FREE),
        (10, 0, Look.TAKEN),
        (10, 15, Look.TAKEN),
        (11, 50, Look.OUTSIDE),
        (14, 0, Look.ROOM),
    ],
    ids=["where it is", "over itself", "taken", "half taken", "outside", "room in use"],
)
def test_what_it_says_is_what_a_move_does(
    act, bob, patient, other_patient, ruiz, room, slot, hour, minute, look
):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9, room=room), actor=bob)
        book_appointment(other_patient, slot=slot(10), actor=bob)
        book_appointment(other_patient, slot=slot(14, room=room, by=ruiz), actor=bob)
        wanted = slot(hour, minute, room=room)
        with CaptureQueriesContext(connection) as queries:
            assert look_at(booked, wanted, actor=bob) is look

        assert len(queries) == 1
        if look is Look.FREE:
            reschedule_appointment(booked, slot=wanted, actor=bob)
        else:
            with pytest.raises(REFUSED[look]):
                reschedule_appointment(stored(booked), slot=wanted, actor=bob)


def test_what_a_service_needs_is_looked_at_too(
    act, adam, bob, patient, other_patient, ruiz, visit, room, slot
):
    with act(adam):
        pool = save_pool(Pool(), name="Echo", members=[room], actor=adam)
        set_needs(visit, [pool], actor=adam)
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), service=visit, actor=bob)
        book_appointment(other_patient, slot=slot(14, by=ruiz), service=visit, actor=bob)

        assert look_at(booked, slot(10), actor=bob) is Look.FREE
        assert look_at(booked, slot(14), actor=bob) is Look.LACKING
        with pytest.raises(ResourceTaken):
            reschedule_appointment(booked, slot=slot(14), actor=bob)


def test_what_is_over_is_said_to_be_over_but_its_own_start_never(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        with time_machine.travel(MONDAY + timedelta(hours=5), tick=False):
            assert look_at(booked, slot(10), actor=bob) is Look.OVER
            assert look_at(booked, slot(9, minutes=40), actor=bob) is Look.FREE
        assert stored(booked).period.lower == at(9)


def test_who_may_not_move_is_told_nothing(act, bob, lena, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
    with act(lena), pytest.raises(Denied):
        look_at(booked, slot(10), actor=lena)
