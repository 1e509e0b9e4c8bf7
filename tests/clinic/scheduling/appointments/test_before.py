"""A visit that needs another one before it: shown, booked, moved and cancelled with it."""

import random
import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine

import osler
from osler.clinic.scheduling.appointments import booking
from osler.clinic.scheduling.appointments.before import earlier_of, suits_before
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.online import book_for_visitor
from osler.clinic.scheduling.appointments.requests import accept_request, request_appointment
from osler.clinic.scheduling.appointments.together import (
    cancel_together,
    reinstate_together,
    reschedule_together,
)
from osler.clinic.scheduling.calendars.availability import free_slots
from osler.clinic.scheduling.calendars.pools import save_pool, set_needs
from osler.clinic.scheduling.errors import NothingBefore
from osler.clinic.scheduling.models import Appointment, Pool, Reservation
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.clinic.scheduling.waiting_list.offering import accept_offer, make_offer
from osler.foundation.directory.models import HealthcareService
from osler.kernel.errors import StaleVersion
from tests.clinic.scheduling.conftest import at
from tests.conftest import new_portal_actor
from tests.environment import RUN

pytestmark = pytest.mark.django_db
OSLER = Path(osler.__file__).parent


@pytest.fixture
def blood(act, adam, ruiz):
    """Taken by Ruiz alone, for only she is of the laboratory."""
    with act(adam):
        service = HealthcareService.objects.create(name="Blood test", duration_minutes=20)
        pool = save_pool(Pool(), name="Laboratory", members=[ruiz], actor=adam)
        set_needs(service, [pool], actor=adam)
    return service


@pytest.fixture
def review(act, adam, blood):
    """Needs its blood half an hour to two hours before."""
    with act(adam):
        return HealthcareService.objects.create(
            name="Review",
            duration_minutes=20,
            needs_before=blood,
            before_at_least_minutes=30,
            before_at_most_minutes=120,
        )


def shown(*practitioners, service, limit=100, days=1):
    end = at(23) + timedelta(days=days - 1)
    found = free_slots(practitioners or None, start=at(0), end=end, service=service, limit=limit)
    return [one.clock for one in found]


def booked():
    rows = Appointment.objects.filter(status="booked").select_related("service", "practitioner")
    return [
        (str(one.service), f"{one.wall_start:%d %H:%M}", one.practitioner.family)
        for one in rows.order_by("period")
    ]


def test_only_times_are_shown_at_which_both_can_be_had(
    act, bob, osei, ruiz, review, blood, visit, slot, patient
):
    with act(bob):
        assert shown(osei, service=review)[:3] == ["10:00", "10:20", "10:40"]  # blood from nine, half an hour
        assert shown(osei, service=review)[-1] == "16:40"

        for minute in (0, 20, 40):
            book_appointment(patient, slot=slot(9, minute, by=ruiz), service=visit, actor=bob)
        assert shown(osei, service=review)[:2] == ["11:00", "11:20"]


def test_both_are_booked_in_one_act_with_the_shortest_wait(act, bob, ruiz, review, slot, patient):
    with act(bob):
        visit = book_appointment(patient, slot=slot(11), service=review, actor=bob)
        earlier = earlier_of(visit, actor=bob)

        assert booked() == [("Blood test", "01 10:00", "Ruiz"), ("Review", "01 11:00", "Osei")]
        assert (earlier.precedes_id, earlier.patient_id) == (visit.id, patient.id)
        assert suits_before(earlier, visit)


def test_if_one_cannot_be_had_neither_is_booked_and_other_times_are_told(
    act, bob, ruiz, review, blood, visit, slot, patient
):
    with act(bob):
        for minute in (0, 20, 40):
            book_appointment(patient, slot=slot(9, minute, by=ruiz), service=visit, actor=bob)
        before = booked()
        with pytest.raises(NothingBefore) as told:
            book_appointment(patient, slot=slot(10, 20), service=review, actor=bob)

        assert booked() == before
        assert [one.clock for one in told.value.times] == ["11:00", "11:20", "11:40"]


def test_who_overbooks_does_without(act, bob, ruiz, review, slot, patient):
    with act(bob):
        book_appointment(patient, slot=slot(9), service=review, overbook_reason="Brings results", actor=bob)

        assert booked() == [("Review", "01 09:00", "Osei")]


def test_an_accepted_request_has_both(act, bob, ruiz, review, slot, patient):
    with act(bob):
        wish = request_appointment(patient, service=review, actor=bob)
        accept_request(wish, slot=slot(11), actor=bob)

        assert [name for name, *_ in booked()] == ["Blood test", "Review"]


def test_moving_takes_the_other_along_or_leaves_it(act, bob, ruiz, review, slot, patient):
    with act(bob):
        visit = book_appointment(patient, slot=slot(11), service=review, actor=bob)
        reschedule_together(visit, slot=slot(11, 20), actor=bob)
        assert booked()[0] == ("Blood test", "01 10:00", "Ruiz")  # still in time

        reschedule_together(visit, slot=slot(14, day=1), actor=bob)
        assert booked() == [("Blood test", "02 13:00", "Ruiz"), ("Review", "02 14:00", "Osei")]

        reschedule_together(visit, slot=slot(14, day=2), along=False, actor=bob)
        assert booked() == [("Blood test", "02 13:00", "Ruiz"), ("Review", "03 14:00", "Osei")]


def test_a_move_for_which_the_other_finds_no_time_moves_neither(act, bob, ruiz, review, slot, patient):
    with act(bob):
        visit = book_appointment(patient, slot=slot(11), service=review, actor=bob)
        before = booked()
        with pytest.raises(NothingBefore):
            reschedule_together(visit, slot=slot(9, day=1), actor=bob)
        assert booked() == before


def test_cancelling_takes_the_other_along_and_an_undo_restores_both(act, bob, ruiz, review, slot, patient):
    with act(bob):
        visit = book_appointment(patient, slot=slot(11), service=review, actor=bob)
        before = booked()
        earlier = cancel_together(visit, actor=bob)
        assert (booked(), Reservation.objects.count()) == ([], 0)

        fresh = Appointment.objects.get(id=visit.id)
        with pytest.raises(StaleVersion):
            reinstate_together(fresh, earlier_version=earlier.version - 1, actor=bob)
        assert booked() == []
        reinstate_together(Appointment.objects.get(id=visit.id), earlier_version=earlier.version, actor=bob)
        assert booked() == before

        again = Appointment.objects.get(id=visit.id)
        assert cancel_together(again, along=False, actor=bob) is None
        assert booked() == before[:1]


def test_what_is_shown_can_be_booked_at_random(act, bob, osei, ruiz, review, visit, patient):
    dice = random.Random(RUN)

    def times(service):
        return free_slots([osei, ruiz], start=at(0), end=at(23, day=1), service=service, limit=200)

    with act(bob):
        for case in range(15):
            said = f"seed {RUN}, case {case}"
            if not (offered := times(review)):
                break
            made = book_appointment(patient, slot=dice.choice(offered), service=review, actor=bob)
            earlier = earlier_of(made, actor=bob)
            assert earlier and suits_before(earlier, made), said
            if dice.random() < 0.5:
                book_appointment(patient, slot=dice.choice(times(visit)), service=visit, actor=bob)
        assert Reservation.objects.count() == Appointment.objects.count()


def of_patients(review):
    review.self_booking, review.online_lead_minutes, review.change_until_minutes = "patients", 0, 60
    review.save()


def test_patients_move_and_cancel_both_by_the_cut_off_of_the_visit(
    act, bob, ruiz, review, slot, patient, monkeypatch
):
    monkeypatch.setattr(booking, "UNDONE_FOR", timedelta(days=1000))  # the trail has the database's clock
    ada = new_portal_actor(patient, "Ada Okafor")
    with act(bob):
        of_patients(review)
        visit = book_appointment(patient, slot=slot(10), service=review, actor=bob)
        assert booked() == [("Blood test", "01 09:00", "Ruiz"), ("Review", "01 10:00", "Osei")]

    with act(ada):
        reschedule_together(visit, slot=slot(15, by=ruiz), actor=ada)
    with act(bob):
        assert booked() == [("Blood test", "01 14:00", "Ruiz"), ("Review", "01 15:00", "Ruiz")]
    with time_machine.travel(at(13, 30), tick=False), act(ada):  # the blood test is nearer than an hour
        earlier = cancel_together(visit, actor=ada)
        reinstate_together(visit, earlier_version=earlier.version, actor=ada)  # she has slipped
    with act(bob):
        assert booked() == [("Blood test", "01 14:00", "Ruiz"), ("Review", "01 15:00", "Ruiz")]
    with time_machine.travel(at(13, 30), tick=False), act(ada):
        cancel_together(visit, actor=ada)
    with act(bob):
        assert booked() == []
        assert Reservation.objects.count() == 0


@pytest.mark.parametrize("is_earlier_wish", [False, True])
def test_an_offer_that_is_accepted_has_both(act, bob, osei, ruiz, review, slot, patient, is_earlier_wish):
    with act(bob):
        later = (
            book_appointment(patient, slot=slot(15), service=review, actor=bob) if is_earlier_wish else None
        )
        entry = join_waiting_list(patient, service=review, replaces=later, wish=Wish(), actor=bob)
        offer = make_offer(entry, slot(11), until=at(10))
        accept_offer(offer, actor=bob)

        assert booked() == [("Blood test", "01 10:00", "Ruiz"), ("Review", "01 11:00", "Osei")]


def test_what_a_visitor_books_has_both(act, bob, review, slot, patient):
    with act(bob):
        book_for_visitor(patient, slot=slot(11), service=review, reason="", actor=bob)

        assert booked() == [("Blood test", "01 10:00", "Ruiz"), ("Review", "01 11:00", "Osei")]


def test_no_door_moves_or_cancels_a_visit_without_what_comes_before_it():
    lone = re.compile(r"\b(reschedule|cancel)_appointment\b")
    inside = ("clinic/scheduling/", "ops/demo/")
    doors = {
        str(path.relative_to(OSLER))
        for path in OSLER.rglob("*.py")
        if not str(path.relative_to(OSLER)).startswith(inside) and lone.search(path.read_text())
    }
    assert doors == set()
