"""Taking a move back: the row is again what it was, exactly."""

import pytest

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.checkin import check_in_patient
from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.resizing import extend_appointment
from osler.clinic.scheduling.appointments.undoing import take_back_move
from osler.clinic.scheduling.errors import SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation
from osler.kernel.errors import Denied, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.appointments.test_booking import news, stored
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db
OTHERWISE = {"version", "updated_at", "resource", "_state"}


def all_of(appointment: Appointment) -> dict[str, object]:
    found = vars(stored(appointment))
    return {name: value for name, value in found.items() if name not in OTHERWISE}


def held(appointment: Appointment) -> list[tuple[object, ...]]:
    rows = Reservation.objects.filter(appointment=appointment)
    return sorted(rows.values_list("resource_id", "lane", "period", "is_overbooked"), key=str)


def test_all_comes_back_with_the_confirmation_the_lane_and_its_reason(
    act, bob, patient, other_patient, visit, room, ruiz, slot
):
    with act(bob):
        book_appointment(other_patient, slot=slot(9), actor=bob)
        second = book_appointment(
            patient, slot=slot(9, room=room), service=visit, overbook_reason="Pain", actor=bob
        )
        confirm_appointment(second, by="link", actor=bob)
        before, holding = all_of(second), held(second)
        reschedule_appointment(stored(second), slot=slot(15, day=1, minutes=60, by=ruiz), actor=bob)
        assert stored(second).confirmed_at is None

        take_back_move(stored(second), version=3, actor=bob)

        assert (all_of(second), held(second), stored(second).version) == (before, holding, 4)
        assert news() == ["AppointmentBooked"] * 2 + ["AppointmentMoved"] * 2


def test_another_length_is_taken_back_and_nobody_is_told(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        before = all_of(booked)
        extend_appointment(booked, minutes=60, actor=bob)
        take_back_move(booked, version=2, actor=bob)

        assert (all_of(booked), news()) == (before, ["AppointmentBooked"])


def test_a_missed_visit_that_was_booked_again_is_missed_again(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        cancel_appointment(booked, reason="Ill", actor=bob)
        before = all_of(booked)
        reschedule_appointment(stored(booked), slot=slot(15), actor=bob)
        take_back_move(stored(booked), actor=bob)

        assert (all_of(booked), held(booked)) == (before, [])


def test_an_old_time_that_is_taken_by_now_stays_with_who_has_it(act, bob, patient, other_patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        reschedule_appointment(booked, slot=slot(15), actor=bob)
        book_appointment(other_patient, slot=slot(9), actor=bob)
        with pytest.raises(SlotTaken):
            take_back_move(stored(booked), actor=bob)

        assert (stored(booked).period.lower, stored(booked).version) == (at(15), 2)


def test_only_a_move_is_taken_back_and_only_the_last(act, bob, lena, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        with pytest.raises(ImpossibleMove):
            take_back_move(stored(booked), actor=bob)
        reschedule_appointment(booked, slot=slot(15), actor=bob)
        check_in_patient(booked, actor=bob)
        with pytest.raises(StaleVersion):
            take_back_move(stored(booked), version=2, actor=bob)
        with pytest.raises(ImpossibleMove):
            take_back_move(stored(booked), version=3, actor=bob)
    with act(lena), pytest.raises(Denied):
        take_back_move(booked, actor=lena)
    with act(bob):
        assert (stored(booked).period.lower, stored(booked).status) == (at(15), "arrived")
