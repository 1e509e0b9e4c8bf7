"""What is booked without the desk keeps within the rules of the service; colleagues are bound by none."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine

from osler.clinic.scheduling.appointments.booking import (
    book_appointment,
    cancel_appointment,
    reschedule_appointment,
)
from osler.clinic.scheduling.appointments.holds import confirm_hold, hold_slot
from osler.clinic.scheduling.appointments.online import (
    HELD_FOR,
    end_visitors_holds,
    hold_for_visitor,
    online_slots,
)
from osler.clinic.scheduling.calendars.availability import free_slots
from osler.clinic.scheduling.errors import (
    MovedOften,
    NotOnline,
    SlotTaken,
    TooFar,
    TooLate,
    TooSoon,
    VisitsOpen,
)
from osler.clinic.scheduling.models import Appointment, Reservation, SlotHold
from osler.kernel.errors import Denied, Missing
from osler.kernel.keys import uuid7
from tests.clinic.scheduling.conftest import MONDAY, at
from tests.conftest import new_portal_actor


@pytest.fixture
def offered(act, bob, visit):
    """The office visit, booked by patients themselves."""

    def offer(**rules):
        with act(bob):
            for name, value in {"self_booking": "anybody", **rules}.items():
                setattr(visit, name, value)
            visit.save()
        return visit

    return offer


@pytest.fixture
def ada(patient):
    return new_portal_actor(patient, "Ada Okafor")


def rows(act, bob):
    with act(bob):
        return [(one.status, one.starts_at) for one in Appointment.objects.order_by("period_start")]


def test_a_patient_books_what_is_offered(act, ada, bob, patient, slot, offered):
    service = offered()

    with act(ada):
        made = book_appointment(patient, slot=slot(11), service=service, actor=ada)

    assert (made.status, made.starts_at) == ("booked", at(11))
    assert rows(act, bob) == [("booked", at(11))]


@pytest.mark.parametrize(
    ("rules", "hour", "day", "refusal"),
    [
        ({"self_booking": "asked"}, 11, 0, NotOnline),
        ({"online_booking": False}, 11, 0, NotOnline),
        ({"active": False}, 11, 0, NotOnline),
        ({}, 9, 0, TooSoon),
        ({"online_lead_minutes": 181}, 11, 0, TooSoon),
        ({"online_days_ahead": 3}, 11, 4, TooFar),
        ({}, 12, 0, SlotTaken),
    ],
)
def test_what_is_not_offered_is_refused(act, ada, bob, patient, slot, offered, rules, hour, day, refusal):
    service = offered(**rules)

    with pytest.raises(refusal), act(ada):
        book_appointment(patient, slot=slot(hour, day=day), service=service, actor=ada)

    assert rows(act, bob) == []
    with act(bob):
        assert (
            book_appointment(patient, slot=slot(11, day=day), service=service, actor=bob).status == "booked"
        )


@pytest.mark.parametrize("minutes", [10, 60])
def test_neither_a_shorter_nor_a_longer_time_is_had(act, ada, bob, patient, slot, offered, minutes):
    service = offered()

    with pytest.raises(SlotTaken), act(ada):
        book_appointment(patient, slot=slot(11, minutes=minutes), service=service, actor=ada)
    with pytest.raises(SlotTaken), act(ada):
        book_appointment(patient, slot=slot(11, 10), service=service, actor=ada)

    assert rows(act, bob) == []


def test_so_many_visits_of_a_kind_are_open_at_most(act, ada, bob, patient, slot, offered):
    service = offered(online_open_visits=1)
    with act(ada):
        mine = book_appointment(patient, slot=slot(11), service=service, actor=ada)

    with pytest.raises(VisitsOpen), act(ada):
        book_appointment(patient, slot=slot(14), service=service, actor=ada)

    assert rows(act, bob) == [("booked", at(11))]
    offered(change_until_minutes=60)
    with act(ada):
        cancel_appointment(Appointment.objects.select_related("service").get(pk=mine.id), actor=ada)
        book_appointment(patient, slot=slot(14), service=service, actor=ada)
    assert rows(act, bob) == [("cancelled", at(11)), ("booked", at(14))]


def test_a_patient_moves_within_the_cut_off_and_so_often(act, ada, bob, patient, slot, offered):
    service = offered(online_moves=1, change_until_minutes=24 * 60)
    with act(bob):
        made = book_appointment(patient, slot=slot(9, day=2), service=service, actor=bob)

    with act(ada):
        row = Appointment.objects.select_related("service").get(pk=made.id)
        reschedule_appointment(row, slot=slot(10, day=2), actor=ada)
    with pytest.raises(MovedOften), act(ada):
        row = Appointment.objects.select_related("service").get(pk=made.id)
        reschedule_appointment(row, slot=slot(11, day=2), actor=ada)

    assert rows(act, bob) == [("booked", at(10, day=2))]
    with act(bob):
        assert free_slots(start=at(9, day=2), end=at(9, 1, day=2), service=service) != []
        reschedule_appointment(Appointment.objects.get(pk=made.id), slot=slot(11, day=2), actor=bob)
    with time_machine.travel(at(11, 1, day=1), tick=False), pytest.raises(TooLate), act(ada):
        row = Appointment.objects.select_related("service").get(pk=made.id)
        cancel_appointment(row, actor=ada)
    assert rows(act, bob) == [("booked", at(11, day=2))]


def test_nobody_books_for_others_or_over_others(act, ada, bob, patient, other_patient, slot, offered):
    service = offered()
    with act(bob):
        book_appointment(other_patient, slot=slot(11), service=service, actor=bob)

    with pytest.raises(Missing), act(ada):
        book_appointment(other_patient, slot=slot(14), service=service, actor=ada)
    with pytest.raises((Denied, SlotTaken)), act(ada):
        reason = {"overbook_reason": "I want to"}
        book_appointment(patient, slot=slot(11), service=service, actor=ada, **reason)

    assert rows(act, bob) == [("booked", at(11))]


def test_a_hold_of_the_portal_counts_and_is_booked(act, ada, bob, patient, slot, offered):
    service = offered(online_open_visits=1)
    with act(ada):
        held = hold_slot(patient, slot=slot(11), service=service, actor=ada)
    with pytest.raises(VisitsOpen), act(ada):
        hold_slot(patient, slot=slot(14), service=service, actor=ada)
    with act(ada):
        confirm_hold(Appointment.objects.get(pk=held.id), actor=ada)
    assert rows(act, bob) == [("booked", at(11))]


def test_the_hold_of_somebody_unknown_keeps_the_time_and_ends_by_itself(
    act, bob, patient, slot, offered, organization
):
    service = offered()
    with act(bob):
        mine = hold_for_visitor(uuid7(), slot(11), service=service, secret_hash="x", language="en")
        assert mine.held_until == MONDAY + HELD_FOR
        assert at(11) not in [one.start for one in free_slots(start=at(9), end=at(12), service=service)]
        with pytest.raises(SlotTaken) as refusal:
            book_appointment(patient, slot=slot(11), service=service, actor=bob)
        assert [one.start for one in refusal.value.times] == [at(11, 20), at(11, 40), at(13)]
        assert end_visitors_holds() == 0

    with time_machine.travel(MONDAY + HELD_FOR + timedelta(seconds=1), tick=False), act(bob):
        assert at(11) in [one.start for one in free_slots(start=at(9), end=at(12), service=service)]
        book_appointment(patient, slot=slot(11), service=service, actor=bob)
        assert (end_visitors_holds(), end_visitors_holds()) == (1, 0)
        assert (SlotHold.objects.count(), Reservation.objects.count()) == (0, 1)


def test_only_what_anybody_books_is_held_for_somebody_unknown(act, bob, slot, offered):
    service = offered(self_booking="patients")
    with pytest.raises(NotOnline), act(bob):
        hold_for_visitor(uuid7(), slot(11), service=service, secret_hash="x", language="en")
    with act(bob):
        assert SlotHold.objects.count() == 0


def test_online_slots_keep_within_lead_and_horizon(act, bob, osei, offered):
    service = offered(online_lead_minutes=120, online_days_ahead=1)
    with act(bob):
        found = online_slots(service, start=at(8), end=at(17, day=4))
    assert (found[0].start, found[-1].start < at(8, 1, day=1)) == (at(10), True)


def test_a_room_of_the_slot_is_the_calendars_own(act, ada, bob, patient, slot, offered, room):
    """A patient names clinician and time; which room it is, the calendar says."""
    service = offered()
    with act(ada):
        wished = replace(slot(11), room_id=room.id)
        made = book_appointment(patient, slot=wished, service=service, actor=ada)
    assert made.room_id is None
