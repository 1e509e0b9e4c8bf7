"""Many at once: no number twice, nobody called twice, one call a room. Ninety with OSLER_FULL=1."""

import pytest

from osler.clinic.scheduling.models import Appointment, QueueEntry
from osler.clinic.scheduling.queue.calling import call_next
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel.keys import uuid7
from tests.clinic.scheduling.waiting_rooms import WaitingRoom
from tests.environment import FULL
from tests.simulation.clients import BusyClinic, at_once

AT_ONCE = 90 if FULL else 24


@pytest.fixture
def crowd(live_tenant):
    """A clinic whose commits are real, a queue, and rooms for everybody who calls."""
    clinic = BusyClinic().open(practitioners=1, patients=AT_ONCE)
    planner = Actor(
        user_id=uuid7(),
        name="Adam",
        organization_id=clinic.actor.organization_id,
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    hall = WaitingRoom(acting, planner, clinic.actor, clinic.site)
    with acting(planner):
        rooms = [Location.objects.create(name=f"Room {n}", form="ro", part_of=clinic.site) for n in range(8)]
        nurse = Practitioner.objects.create(family="Cole")
    caller = Actor(
        user_id=uuid7(),
        name="Nina",
        organization_id=clinic.actor.organization_id,
        roles=frozenset({Role.NURSE}),
        practitioner_id=nurse.id,
    )
    return clinic, hall, rooms, caller


def test_many_at_once_get_numbers_without_doubles(crowd):
    clinic, hall, _rooms, _caller = crowd
    queue = hall.queue()

    outcomes = at_once([lambda one=one: hall.walks_in(queue, patient=one).number for one in clinic.patients])

    assert [one.error for one in outcomes if one.error] == []
    assert sorted(one.value for one in outcomes) == list(range(1, AT_ONCE + 1))


def test_one_patient_taken_in_twice_at_once_waits_once(crowd):
    clinic, hall, _rooms, _caller = crowd
    queue, patient = hall.queue(), clinic.patients[0]

    outcomes = at_once([lambda: hall.walks_in(queue, patient=patient).number] * 6)

    assert sorted(type(one.error).__name__ for one in outcomes) == ["NoneType", *["QueuedAlready"] * 5]
    with acting(clinic.actor):
        assert (QueueEntry.objects.count(), Appointment.objects.count()) == (1, 1)


def test_all_who_call_at_once_call_somebody_else(crowd):
    clinic, hall, rooms, caller = crowd
    queue = hall.queue()
    tokens = [hall.walks_in(queue, patient=one).token for one in clinic.patients[: len(rooms) + 2]]

    def calls(room):
        with acting(caller):
            return call_next(queue, room=room, actor=caller).token

    outcomes = at_once([lambda room=room: calls(room) for room in rooms])

    assert [one.error for one in outcomes if one.error] == []
    called = {one.value for one in outcomes}
    assert len(called) == len(rooms)
    with acting(clinic.actor):  # whom another caller looks at may be passed over; he is the next
        assert {one.token for one in QueueEntry.objects.waiting()} == set(tokens) - called


def test_one_room_that_calls_many_times_at_once_calls_one(crowd):
    clinic, hall, rooms, caller = crowd
    queue = hall.queue()
    for one in clinic.patients[:6]:
        hall.walks_in(queue, patient=one)

    def calls():
        with acting(caller):
            return call_next(queue, room=rooms[0], actor=caller).token

    outcomes = at_once([calls] * 6)

    assert sorted(type(one.error).__name__ for one in outcomes) == ["NoneType", *["RoomCalls"] * 5]
    with acting(clinic.actor):
        assert QueueEntry.objects.called().count() == 1
