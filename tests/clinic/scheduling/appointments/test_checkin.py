"""The patient's way through the day and back."""

from collections.abc import Callable

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment, reinstate_appointment
from osler.clinic.scheduling.appointments.checkin import (
    check_in_patient,
    finish_visit,
    mark_no_show,
    reopen_visit,
    room_patient,
    start_visit,
    undo_check_in,
    undo_rooming,
)
from osler.clinic.scheduling.errors import RoomTaken, SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel import clock
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.states import ImpossibleMove

pytestmark = pytest.mark.django_db
Deed = Callable[..., Appointment]


@pytest.fixture
def booked(act, bob, patient, slot) -> Appointment:
    with act(bob):
        return book_appointment(patient, slot=slot(9), actor=bob)


def stored(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(id=appointment.id)


def test_the_whole_way_leaves_its_marks(act, alice, booked, room):
    with act(alice):
        check_in_patient(booked, actor=alice)
        assert (booked.status, booked.arrived_at) == ("arrived", clock.now())

        room_patient(booked, room=room, actor=alice)
        assert (booked.status, booked.roomed_at) == ("checked-in", clock.now())

        start_visit(booked, actor=alice)
        assert (booked.status, booked.started_at) == ("checked-in", clock.now())

        finish_visit(booked, actor=alice)
        assert (booked.status, booked.finished_at) == ("fulfilled", clock.now())
        assert (stored(booked).room_id, stored(booked).version) == (room.id, 5)


def test_arrival_is_told_once(act, bob, booked):
    with act(bob):
        check_in_patient(booked, version=1, actor=bob)
        with pytest.raises(StaleVersion):
            check_in_patient(booked, version=1, actor=bob)

        assert OutboxEvent.objects.filter(name="PatientArrived").count() == 1


def test_every_step_has_its_way_back(act, alice, booked, room):
    with act(alice):
        check_in_patient(booked, actor=alice)
        undo_check_in(booked, actor=alice)
        assert (booked.status, booked.arrived_at) == ("booked", None)

        check_in_patient(booked, actor=alice)
        room_patient(booked, room=room, actor=alice)
        undo_rooming(booked, actor=alice)
        assert (booked.status, booked.roomed_at) == ("arrived", None)

        finish_visit(booked, actor=alice)
        reopen_visit(booked, actor=alice)
        assert (booked.status, booked.finished_at) == ("checked-in", None)


STEPS = {
    check_in_patient: {"booked", "noshow"},
    undo_check_in: {"arrived"},
    room_patient: {"arrived", "checked-in"},
    undo_rooming: {"checked-in"},
    start_visit: {"arrived", "checked-in"},
    finish_visit: {"arrived", "checked-in"},
    reopen_visit: {"fulfilled"},
    mark_no_show: {"booked", "arrived"},
}


@pytest.mark.parametrize("status", ["booked", "arrived", "checked-in", "fulfilled", "cancelled", "noshow"])
@pytest.mark.parametrize("deed", STEPS, ids=lambda deed: deed.__name__)
def test_the_square_of_steps(act, alice, booked, deed: Deed, status):
    with act(alice):
        Appointment.objects.filter(id=booked.id).update(status=status)
        row = stored(booked)

        if status in STEPS[deed]:
            deed(row, actor=alice)
            assert stored(booked).status == row.status
        else:
            with pytest.raises(ImpossibleMove):
                deed(row, actor=alice)
            assert stored(booked).status == status


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("bob", {check_in_patient, undo_check_in, mark_no_show}),
        ("nina", set(STEPS)),
        ("alice", set(STEPS)),
        ("lena", set()),
        ("bill", set()),
        ("adam", set()),
        ("petra", set()),
        ("dana", set()),
    ],
)
@pytest.mark.parametrize("deed", STEPS, ids=lambda deed: deed.__name__)
def test_who_may_take_a_step(act, alice, request, booked, deed: Deed, who, allowed):
    actor = request.getfixturevalue(who)
    with act(alice):
        Appointment.objects.filter(id=booked.id).update(status=min(STEPS[deed]))
        row = stored(booked)
        if deed in allowed:
            deed(row, actor=actor)
        else:
            with pytest.raises(Denied):
                deed(row, actor=actor)


def test_a_room_takes_one_patient_at_a_time(act, alice, booked, other_patient, ruiz, slot, room):
    with act(alice):
        second = book_appointment(other_patient, slot=slot(9, by=ruiz), actor=alice)
        for one in (booked, second):
            check_in_patient(one, actor=alice)
        room_patient(booked, room=room, actor=alice)
        with pytest.raises(RoomTaken):
            room_patient(second, room=room, actor=alice)
        assert stored(second).status == "arrived"

        finish_visit(booked, actor=alice)
        room_patient(stored(second), room=room, actor=alice)
        reopen_visit(booked, actor=alice)

        assert (stored(second).room_id, stored(booked).room_id) == (room.id, None)


def test_a_no_show_frees_the_time_and_can_be_taken_back(act, bob, booked):
    with act(bob):
        mark_no_show(booked, actor=bob)
        assert Reservation.objects.count() == 0

        reinstate_appointment(booked, actor=bob)
        assert (booked.status, Reservation.objects.count()) == ("booked", 1)


def test_a_late_patient_comes_in_only_while_the_time_is_free(act, bob, booked, other_patient, slot):
    with act(bob):
        mark_no_show(booked, actor=bob)
        book_appointment(other_patient, slot=slot(9), actor=bob)
        with pytest.raises(SlotTaken):
            check_in_patient(booked, actor=bob)

        assert stored(booked).status == "noshow"
