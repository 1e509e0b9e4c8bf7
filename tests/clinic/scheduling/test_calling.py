"""Calling: the right one, once, and what becomes of the call."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from osler.clinic.scheduling.calling import (
    PAUSE,
    call_again,
    call_next,
    call_patient,
    finish_here,
    note_no_answer,
    seat_patient,
    take_back_call,
)
from osler.clinic.scheduling.checkin import room_patient, undo_rooming
from osler.clinic.scheduling.errors import NobodyWaits, NotWaiting, RoomCalls
from osler.clinic.scheduling.models import Appointment, QueueEntry, Reservation
from osler.clinic.scheduling.queueing import set_priority
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location, Practitioner
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.keys import uuid7
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY
from tests.clinic.scheduling.waiting_rooms import WaitingRoom
from tests.environment import FULL
from tests.simulation.clients import BusyClinic, at_once

pytestmark = pytest.mark.django_db
AT_ONCE = 100 if FULL else 24


def row(act, actor, entry):
    with act(actor):
        fields = ("called_at", "answered_at", "room__name", "unanswered", "appointment__status")
        return QueueEntry.objects.values_list(*fields).get(pk=entry.pk)


WAITS = (None, None, None, 0, "arrived")


def test_the_next_is_called_into_the_room(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    hall.walks_in(queue)
    second = hall.walks_in(queue)
    with act(nina):
        set_priority(second, priority=2, reason="Fever", actor=nina)
        called = call_next(queue, room=room, actor=nina)

    assert (called.pk, called.caller_id) == (second.pk, nina.practitioner_id)
    assert row(act, nina, called) == (clock.now(), None, "Room 1", 0, "arrived")


def test_nobody_is_called_out_of_an_empty_queue_or_of_yesterdays(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    entry = hall.walks_in(queue)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False), act(nina), pytest.raises(NobodyWaits):
        call_next(queue, room=room, actor=nina)
    assert row(act, nina, entry) == WAITS


def test_a_physician_calls_his_own_and_who_came_for_nobody(act, alice, hall, osei):
    queue, room = hall.queue(), hall.room()
    of_another = hall.entry_of(hall.arrives(9))
    walk_in = hall.walks_in(queue)
    with act(alice):
        assert call_next(queue, room=room, actor=alice).pk == walk_in.pk
    other = hall.room("Room 2")
    with act(alice), pytest.raises(NobodyWaits):
        call_next(queue, room=other, actor=alice)
    assert row(act, alice, of_another) == WAITS


def test_a_room_calls_one_at_a_time(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    hall.walks_in(queue)
    second = hall.walks_in(queue)
    with act(nina):
        call_next(queue, room=room, actor=nina)
        with pytest.raises(RoomCalls):
            call_next(queue, room=room, actor=nina)
    assert row(act, nina, second) == WAITS

    with act(nina):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            QueueEntry.objects.filter(pk=second.pk).update(called_at=MONDAY, room=room)
        assert constraint_of(refused.value) == "queueentry_room_calls_one"


def test_somebody_is_called_out_of_turn_once(act, nina, hall):
    queue, room, other = hall.queue(), hall.room(), hall.room("Room 2")
    hall.walks_in(queue)
    entry = hall.stored(hall.walks_in(queue))
    with act(nina):
        with pytest.raises(StaleVersion):
            call_patient(entry, room=room, version=9, actor=nina)
        call_patient(entry, room=room, version=entry.version, actor=nina)
        with pytest.raises(NotWaiting):
            call_patient(QueueEntry.objects.get(pk=entry.pk), room=other, actor=nina)
    assert row(act, nina, entry)[2] == "Room 1"


def test_a_call_taken_back_leaves_the_old_place(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    first, _second = hall.walks_in(queue), hall.walks_in(queue)
    with act(nina):
        called = call_next(queue, room=room, actor=nina)
        take_back_call(called, actor=nina)
        assert row(act, nina, first) == WAITS
        assert call_next(queue, room=room, actor=nina).pk == first.pk


def test_who_does_not_answer_is_called_after_others_and_then_missed(act, nina, hall):
    queue, room = hall.queue(missed_after=2), hall.room()
    first, second = hall.walks_in(queue), hall.walks_in(queue)
    with act(nina):
        note_no_answer(call_next(queue, room=room, actor=nina), actor=nina)
        assert row(act, nina, first) == (None, None, None, 1, "arrived")
        seat_patient(call_next(queue, room=room, actor=nina), actor=nina)
        assert row(act, nina, second)[4] == "checked-in"
    with time_machine.travel(MONDAY + PAUSE, tick=False), act(nina):
        called = call_again(call_next(queue, room=room, actor=nina), actor=nina)
        note_no_answer(called, actor=nina)
    assert row(act, nina, first) == (None, None, None, 2, "noshow")


def test_who_comes_is_in_the_room_and_a_physicians_walk_in_is_his(act, alice, hall):
    queue, room = hall.queue(), hall.room()
    entry = hall.walks_in(queue)
    with act(alice):
        called = call_next(queue, room=room, actor=alice)
        with time_machine.travel(MONDAY + timedelta(minutes=4), tick=False):
            seat_patient(called, version=called.version, actor=alice)
            found = Appointment.objects.get(pk=entry.appointment_id)
            assert (found.status, found.room_id, found.roomed_at) == ("checked-in", room.id, clock.now())
            assert (found.practitioner_id, found.starts_at) == (alice.practitioner_id, clock.now())
            assert set(Reservation.objects.values_list("resource_id", flat=True)) == {
                alice.practitioner_id,
                room.id,
            }
    assert row(act, alice, entry)[:2] == (MONDAY, MONDAY + timedelta(minutes=4))


def test_a_nurse_keeps_no_walk_in_from_the_physicians(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    entry = hall.walks_in(queue)
    with act(nina):
        seat_patient(call_next(queue, room=room, actor=nina), actor=nina)
        found = Appointment.objects.get(pk=entry.appointment_id)
        assert (found.status, found.practitioner_id, found.room_id) == ("checked-in", None, room.id)


def test_the_laboratory_calls_and_finishes(act, lena, hall):
    queue, room = hall.queue("L"), hall.room("Lab")
    entry = hall.walks_in(queue)
    with act(lena):
        called = call_next(queue, room=room, actor=lena)
        with pytest.raises(ImpossibleMove):
            finish_here(called, actor=lena)
        seat_patient(called, actor=lena)
        found = QueueEntry.objects.select_related("appointment").get(pk=entry.pk)
        finish_here(found, version=found.version, actor=lena)
        assert row(act, lena, entry)[4] == "fulfilled"
        assert Appointment.objects.get().finished_at == clock.now()


def test_a_step_of_the_board_ends_the_call_and_the_way_back_forgets_it(act, nina, hall):
    queue, room = hall.queue(), hall.room()
    entry = hall.walks_in(queue)
    with act(nina):
        call_next(queue, room=room, actor=nina)
        visit = Appointment.objects.get(pk=entry.appointment_id)
        room_patient(visit, room=room, actor=nina)
        assert row(act, nina, entry)[:3] == (clock.now(), clock.now(), "Room 1")
        undo_rooming(visit, actor=nina)
        assert row(act, nina, entry) == WAITS
        assert call_next(queue, room=room, actor=nina).pk == entry.pk


@pytest.mark.parametrize("deed", [call_again, take_back_call, note_no_answer, seat_patient])
def test_nothing_becomes_of_a_call_that_is_not(act, nina, hall, deed):
    entry = hall.stored(hall.walks_in(hall.queue()))
    with act(nina), pytest.raises(NotWaiting):
        deed(entry, actor=nina)
    assert row(act, nina, entry) == WAITS


def test_reception_billing_and_patients_call_nobody(act, bob, bill, dana, hall):
    queue, room = hall.queue(), hall.room()
    entry = hall.walks_in(queue)
    for actor in (bob, bill, dana):
        with act(actor), pytest.raises(Denied):
            call_next(queue, room=room, actor=actor)
    assert row(act, bob, entry) == WAITS


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

    assert sorted(type(one.error).__name__ for one in outcomes) == ["NoneType", *["WaitsAlready"] * 5]
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
    assert sorted(one.value for one in outcomes) == sorted(tokens)[: len(rooms)]


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
