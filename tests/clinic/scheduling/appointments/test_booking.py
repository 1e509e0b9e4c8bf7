"""Booking, moving, cancelling, reinstating."""

from datetime import timedelta

import pytest
import time_machine
from django.utils.translation import override

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reinstate_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.errors import (
    NotOnline,
    OutsideSchedule,
    RoomTaken,
    SlotTaken,
    TimePassed,
    TooLate,
)
from osler.clinic.scheduling.models import Absence, Appointment, Reservation
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel.errors import Denied, Missing, StaleVersion
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import MONDAY, at

pytestmark = pytest.mark.django_db


def news() -> list[str]:
    """What was announced, sorted: keys of one frozen instant have no order."""
    return sorted(OutboxEvent.objects.values_list("name", flat=True))


def stored(appointment: Appointment) -> Appointment:
    return Appointment.objects.get(id=appointment.id)


def test_booking_holds_the_time_and_tells(act, bob, patient, visit, slot):
    with act(bob):
        booked = stored(book_appointment(patient, slot=slot(9), service=visit, reason="Cough", actor=bob))

        assert (booked.status, booked.lane, booked.reason) == ("booked", 0, "Cough")
        assert (booked.period.lower, booked.period.upper) == (at(9), at(9, 20))
        assert booked.wall_start.isoformat() == "2027-03-01T09:00:00-05:00"
        assert Reservation.objects.count() == 1
        assert news() == ["AppointmentBooked"]


def test_a_taken_slot_offers_three_other_times(act, bob, patient, other_patient, visit, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), service=visit, actor=bob)
        book_appointment(patient, slot=slot(9, 40), service=visit, actor=bob)
        with pytest.raises(SlotTaken) as refusal:
            book_appointment(other_patient, slot=slot(9, 10), service=visit, actor=bob)

        assert [time.start for time in refusal.value.times] == [
            at(9, 20),
            at(10),
            at(10, 20),
        ]
        assert Appointment.objects.count() == 2
        assert news() == ["AppointmentBooked"] * 2


@pytest.mark.parametrize(
    ("hour", "minute"),
    [(8, 50), (11, 50), (12, 20), (17, 0)],
    ids=["early", "lunch", "noon", "evening"],
)
def test_outside_of_hours_nothing_is_booked(act, bob, patient, slot, hour, minute):
    with act(bob):
        with pytest.raises(OutsideSchedule):
            book_appointment(patient, slot=slot(hour, minute), actor=bob)

        assert (Appointment.objects.count(), news()) == (0, [])


def test_in_an_absence_nothing_is_booked(act, bob, patient, osei, slot):
    with act(bob):
        Absence.objects.create(practitioner=osei, period=(at(10), at(11)))
        with pytest.raises(OutsideSchedule):
            book_appointment(patient, slot=slot(9, 50), actor=bob)
        book_appointment(patient, slot=slot(11), actor=bob)

        assert Appointment.objects.count() == 1


def test_the_past_is_not_booked_but_the_slot_just_begun_is(act, bob, patient, slot):
    with act(bob), time_machine.travel(MONDAY.replace(hour=10, minute=10), tick=False):
        with pytest.raises(TimePassed):
            book_appointment(patient, slot=slot(9), actor=bob)
        book_appointment(patient, slot=slot(10), actor=bob)

        assert Appointment.objects.count() == 1


def test_overbooking_takes_the_next_lane_with_its_reason(act, bob, patient, other_patient, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), actor=bob)
        second = book_appointment(other_patient, slot=slot(9), overbook_reason="Sick child", actor=bob)
        third = book_appointment(patient, slot=slot(9, 10), overbook_reason="Pain", actor=bob)

        assert [second.lane, third.lane] == [1, 2]
        assert stored(second).overbook_reason == "Sick child"


def test_overbooking_needs_the_right(act, bob, nina, patient, other_patient, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9), actor=bob)
    with act(nina):
        with pytest.raises(Denied):
            book_appointment(other_patient, slot=slot(9), overbook_reason="Because", actor=nina)

        assert Appointment.objects.count() == 1


def test_a_lane_left_behind_still_counts_as_taken(act, bob, patient, other_patient, slot):
    with act(bob):
        first = book_appointment(patient, slot=slot(9), actor=bob)
        book_appointment(other_patient, slot=slot(9), overbook_reason="Pain", actor=bob)
        cancel_appointment(first, actor=bob)

        with pytest.raises(SlotTaken):
            book_appointment(patient, slot=slot(9), actor=bob)


def test_a_room_in_use_is_named_as_the_cause(act, bob, patient, other_patient, ruiz, room, slot):
    with act(bob):
        book_appointment(patient, slot=slot(9, room=room), actor=bob)
        with pytest.raises(RoomTaken):
            book_appointment(other_patient, slot=slot(9, room=room, by=ruiz), actor=bob)

        assert Appointment.objects.count() == 1


@pytest.mark.parametrize("who", ["lena", "bill", "adam", "petra"])
def test_other_roles_book_nothing(act, request, who, patient, slot):
    actor = request.getfixturevalue(who)
    with act(actor):
        with pytest.raises(Denied):
            book_appointment(patient, slot=slot(9), actor=actor)

        assert Appointment.objects.count() == 0


def test_patients_do_not_book_what_is_not_offered_online(act, bob, dana, dana_patient, slot):
    with act(dana), pytest.raises(NotOnline):
        book_appointment(dana_patient, slot=slot(9), actor=dana)
    with act(bob):
        assert Appointment.objects.count() == 0


def test_a_stranger_books_nothing_here(act, charlie, patient, slot):
    wanted = slot(9)
    with act(charlie), pytest.raises(Missing):
        book_appointment(patient, slot=wanted, actor=charlie)


def test_moving_frees_the_old_time(act, bob, patient, other_patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        reschedule_appointment(booked, slot=slot(15, day=1), version=1, actor=bob)
        book_appointment(other_patient, slot=slot(9), actor=bob)
        moved = stored(booked)

        assert (moved.period.lower, moved.version) == (at(15, day=1), 2)
        assert news() == ["AppointmentBooked", "AppointmentBooked", "AppointmentMoved"]


def test_moving_by_a_few_minutes_does_not_clash_with_itself(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        reschedule_appointment(booked, slot=slot(9, 10), actor=bob)

        assert stored(booked).period.lower == at(9, 10)


def test_moving_to_a_taken_time_changes_nothing(act, bob, patient, other_patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        book_appointment(other_patient, slot=slot(10), actor=bob)
        with pytest.raises(SlotTaken):
            reschedule_appointment(booked, slot=slot(10), actor=bob)

        assert stored(booked).period.lower == at(9)
        assert news() == ["AppointmentBooked"] * 2


def test_an_old_version_moves_nothing(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        seen_before = stored(booked)
        reschedule_appointment(booked, slot=slot(10), actor=bob)
        with pytest.raises(StaleVersion):
            reschedule_appointment(seen_before, slot=slot(11), actor=bob)
        with pytest.raises(StaleVersion):
            cancel_appointment(stored(booked), version=1, actor=bob)

        assert (stored(booked).period.lower, stored(booked).status) == (
            at(10),
            "booked",
        )


def test_a_visit_that_is_over_is_not_moved(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        Appointment.objects.filter(id=booked.id).update(status="fulfilled")
        with pytest.raises(ImpossibleMove):
            reschedule_appointment(stored(booked), slot=slot(10), actor=bob)


def test_cancelling_frees_the_time_and_undo_takes_it_back(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        cancel_appointment(booked, reason="Patient asked", actor=bob)

        assert Reservation.objects.count() == 0
        assert stored(booked).cancellation_reason == "Patient asked"

        reinstate_appointment(stored(booked), actor=bob)

        assert (stored(booked).status, stored(booked).cancellation_reason) == (
            "booked",
            "",
        )
        assert Reservation.objects.count() == 1
        assert news() == [
            "AppointmentBooked",
            "AppointmentBooked",
            "AppointmentCancelled",
        ]


def test_undo_comes_too_late_when_the_time_is_taken(act, bob, patient, other_patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        cancel_appointment(booked, actor=bob)
        book_appointment(other_patient, slot=slot(9), actor=bob)
        with pytest.raises(SlotTaken) as refusal:
            reinstate_appointment(booked, actor=bob)

        assert [time.start for time in refusal.value.times] == [
            at(9, 20),
            at(9, 40),
            at(10),
        ]
        assert stored(booked).status == "cancelled"


def test_undo_restores_an_overbooking_in_its_lane(act, bob, patient, other_patient, slot):
    with act(bob):
        first = book_appointment(patient, slot=slot(9), actor=bob)
        second = book_appointment(other_patient, slot=slot(9), overbook_reason="Pain", actor=bob)
        for one in (first, second):
            cancel_appointment(one, actor=bob)
            reinstate_appointment(one, actor=bob)

        assert [stored(first).lane, stored(second).lane] == [0, 1]


def test_only_what_was_cancelled_is_reinstated(act, bob, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9), actor=bob)
        Appointment.objects.filter(id=booked.id).update(status="arrived")
        with pytest.raises(ImpossibleMove):
            reinstate_appointment(stored(booked), actor=bob)


@pytest.mark.parametrize("who", ["dana", "dora"])
def test_a_patient_cancels_until_a_day_before(act, bob, request, who, dana_patient, slot):
    actor = request.getfixturevalue(who)
    with act(bob):
        soon = book_appointment(dana_patient, slot=slot(9), actor=bob)
        later = book_appointment(dana_patient, slot=slot(9, day=2), actor=bob)
    with act(actor):
        with pytest.raises(TooLate):
            cancel_appointment(stored(soon), actor=actor)
        cancel_appointment(stored(later), actor=actor)

        assert (stored(soon).status, stored(later).status) == ("booked", "cancelled")


def test_a_patient_cannot_cancel_what_is_somebody_elses(act, bob, dana, patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9, day=3), actor=bob)
        with pytest.raises(Missing):
            cancel_appointment(booked, actor=dana)
    with act(dana):
        assert Appointment.objects.count() == 0


def test_the_refusal_is_a_sentence():
    with override("en"):
        assert str(SlotTaken()) == "Somebody else has just taken this time. Nothing was booked."


def test_a_long_visit_takes_its_whole_time(act, bob, patient, other_patient, slot):
    with act(bob):
        booked = book_appointment(patient, slot=slot(9, minutes=60), actor=bob)
        with pytest.raises(SlotTaken):
            book_appointment(other_patient, slot=slot(9, 40), actor=bob)

        assert booked.period.upper - booked.period.lower == timedelta(hours=1)
