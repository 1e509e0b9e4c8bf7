"""Another length: more is held as a booking holds it, less is given back."""

from datetime import timedelta

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.resizing import extend_appointment
from osler.clinic.scheduling.errors import LengthImpossible, OutsideSchedule, RoomTaken, SlotTaken
from osler.clinic.scheduling.models import Appointment, Reservation
from osler.foundation.directory.models import HealthcareService
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.appointments.test_booking import news, stored
from tests.clinic.scheduling.conftest import MONDAY, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def booked(act, bob, patient, slot) -> Appointment:
    with act(bob):
        return book_appointment(patient, slot=slot(9), actor=bob)


def span(appointment: Appointment) -> tuple[object, ...]:
    found = stored(appointment)
    return found.period.lower, found.period.upper, found.version


def test_a_longer_visit_holds_its_whole_time_and_nobody_is_told(act, bob, booked, other_patient, slot):
    with act(bob):
        confirm_appointment(booked, actor=bob)
        extend_appointment(booked, minutes=45, version=2, actor=bob)
        with pytest.raises(SlotTaken):
            book_appointment(other_patient, slot=slot(9, 40), actor=bob)

        assert span(booked) == (at(9), at(9, 45), 3)
        assert stored(booked).confirmed_by == "desk"
        assert Reservation.objects.get().period.upper == at(9, 45)
        assert news() == ["AppointmentBooked"]


def test_a_shorter_one_gives_its_time_back(act, bob, booked, other_patient, slot):
    with act(bob):
        extend_appointment(booked, minutes=10, actor=bob)
        book_appointment(other_patient, slot=slot(9, 10), actor=bob)

        assert span(booked) == (at(9), at(9, 10), 2)


def test_the_same_length_changes_nothing(act, bob, booked):
    with act(bob):
        extend_appointment(booked, minutes=20, actor=bob)

        assert span(booked) == (at(9), at(9, 20), 1)


def test_a_taken_time_is_not_taken_twice(act, bob, booked, other_patient, slot):
    with act(bob):
        book_appointment(other_patient, slot=slot(9, 20), actor=bob)
        with pytest.raises(SlotTaken):
            extend_appointment(booked, minutes=25, actor=bob)

        assert span(booked) == (at(9), at(9, 20), 1)
        assert news() == ["AppointmentBooked"] * 2


def test_hours_end_it_unless_somebody_overbooks(act, bob, nina, patient, slot):
    with act(bob):
        late = book_appointment(patient, slot=slot(11, 40), actor=bob)
        with pytest.raises(OutsideSchedule):
            extend_appointment(late, minutes=30, actor=bob)
        assert span(late) == (at(11, 40), at(12), 1)
    with act(nina), pytest.raises(Denied):
        extend_appointment(stored(late), minutes=30, overbook_reason="Long story", actor=nina)
    with act(bob):
        extend_appointment(stored(late), minutes=30, overbook_reason="Long story", actor=bob)

        assert span(late) == (at(11, 40), at(12, 10), 2)
        assert stored(late).overbook_reason == "Long story"


def test_an_overbooked_visit_is_shortened_without_a_reason(act, bob, nina, booked, other_patient, slot):
    with act(bob):
        second = book_appointment(other_patient, slot=slot(9), overbook_reason="Pain", actor=bob)
    with act(nina):
        extend_appointment(stored(second), minutes=10, actor=nina)

        assert (span(second), stored(second).lane) == ((at(9), at(9, 10), 2), 1)


def test_a_room_in_use_stops_it(act, bob, patient, other_patient, ruiz, room, slot):
    with act(bob):
        first = book_appointment(patient, slot=slot(9, room=room), actor=bob)
        book_appointment(other_patient, slot=slot(9, 20, room=room, by=ruiz), actor=bob)
        with pytest.raises(RoomTaken):
            extend_appointment(first, minutes=30, actor=bob)

        assert span(first) == (at(9), at(9, 20), 1)


def test_minutes_kept_free_after_it_move_along(act, bob, patient, other_patient, slot):
    with act(bob):
        service = HealthcareService.objects.create(name="Infusion", buffer_after_minutes=20)
        first = book_appointment(patient, slot=slot(9), service=service, actor=bob)
        book_appointment(other_patient, slot=slot(10), actor=bob)
        with pytest.raises(SlotTaken):
            extend_appointment(first, minutes=45, actor=bob)
        extend_appointment(stored(first), minutes=40, actor=bob)

        assert span(first) == (at(9), at(9, 40), 2)


def test_a_place_in_a_group_has_the_length_of_the_group(act, bob, patient, other_patient, slot):
    with act(bob):
        group = HealthcareService.objects.create(name="Class", places=5)
        first = book_appointment(patient, slot=slot(9), service=group, actor=bob)
        book_appointment(other_patient, slot=slot(9), service=group, actor=bob)
        for minutes in (10, 40):
            with pytest.raises(SlotTaken):
                extend_appointment(stored(first), minutes=minutes, actor=bob)

        assert span(first) == (at(9), at(9, 20), 1)


def test_a_visit_that_began_long_ago_may_take_longer(act, bob, booked):
    with act(bob), time_machine.travel(MONDAY + timedelta(hours=3, minutes=30), tick=False):
        Appointment.objects.filter(id=booked.id).update(status="checked-in")
        extend_appointment(stored(booked), minutes=60, actor=bob)

        assert span(booked)[:2] == (at(9), at(10))


@pytest.mark.parametrize("minutes", [-5, 0, 4, 721])
def test_nobodys_visit_takes_so_long(act, bob, booked, minutes):
    with act(bob):
        with pytest.raises(LengthImpossible):
            extend_appointment(booked, minutes=minutes, actor=bob)

        assert span(booked) == (at(9), at(9, 20), 1)


@pytest.mark.parametrize("status", ["cancelled", "noshow", "fulfilled", "pending", "proposed"])
def test_only_what_is_to_come_or_going_on_has_another_length(act, bob, booked, status):
    with act(bob):
        Appointment.objects.filter(id=booked.id).update(status=status)
        with pytest.raises(ImpossibleMove):
            extend_appointment(stored(booked), minutes=30, actor=bob)

        assert span(booked)[:2] == (at(9), at(9, 20))


def test_an_old_version_a_patient_and_a_stranger_change_nothing(act, bob, lena, charlie, booked):
    with act(bob), pytest.raises(StaleVersion):
        extend_appointment(booked, minutes=30, version=7, actor=bob)
    with act(lena), pytest.raises(Denied):
        extend_appointment(booked, minutes=30, actor=lena)
    with act(charlie), pytest.raises(Missing):
        extend_appointment(booked, minutes=30, actor=charlie)
    with act(bob):
        assert span(booked) == (at(9), at(9, 20), 1)
