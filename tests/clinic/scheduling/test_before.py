"""A visit that needs another one before it: shown, booked, moved and cancelled with it."""

import random
from datetime import timedelta

import pytest

from osler.clinic.scheduling.availability import free_slots
from osler.clinic.scheduling.before import earlier_of, suits_before
from osler.clinic.scheduling.booking import book_appointment
from osler.clinic.scheduling.errors import NothingBefore
from osler.clinic.scheduling.models import Appointment, Pool, Reservation
from osler.clinic.scheduling.pools import save_pool, set_needs
from osler.clinic.scheduling.requests import accept_request, request_appointment
from osler.clinic.scheduling.together import cancel_together, reinstate_together, reschedule_together
from osler.foundation.directory.models import HealthcareService
from osler.kernel.errors import StaleVersion
from tests.clinic.scheduling.conftest import at
from tests.environment import RUN

pytestmark = pytest.mark.django_db


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
