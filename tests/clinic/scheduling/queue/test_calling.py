"""Calling: the right one, once, and what becomes of the call."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction

from osler.clinic.scheduling.appointments.checkin import room_patient, undo_rooming
from osler.clinic.scheduling.errors import NobodyWaits, NotWaiting, RoomCalls
from osler.clinic.scheduling.models import Appointment, QueueEntry, Reservation
from osler.clinic.scheduling.queue.calling import (
    PAUSE,
    call_again,
    call_next,
    call_patient,
    finish_here,
    note_no_answer,
    seat_patient,
    take_back_call,
)
from osler.clinic.scheduling.queue.queueing import set_priority
from osler.kernel import clock
from osler.kernel.constraints import constraint_of
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY

pytestmark = pytest.mark.django_db


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


def test_a_physician_calls_nobody_of_anothers_out_of_turn(act, alice, hall, ruiz):
    hall.queue()
    room, entry = hall.room(), hall.entry_of(hall.arrives(9, by=ruiz))
    with act(alice), pytest.raises(NotWaiting):
        call_patient(entry, room=room, actor=alice)
    assert row(act, alice, entry) == WAITS


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
