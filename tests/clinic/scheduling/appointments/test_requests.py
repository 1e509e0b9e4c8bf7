"""Visits that patients ask for."""

import pytest

from osler.clinic.scheduling.appointments.booking import cancel_appointment, reinstate_appointment
from osler.clinic.scheduling.appointments.requests import (
    accept_request,
    decline_request,
    request_appointment,
)
from osler.clinic.scheduling.errors import AskedAlready, SlotTaken
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import asked_for
from osler.foundation.directory.models import HealthcareService
from osler.foundation.jobs.models import OutboxEvent
from osler.kernel.errors import Denied, Missing
from osler.kernel.states import ImpossibleMove
from tests.clinic.scheduling.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(act, dana, dana_patient, visit) -> Appointment:
    with act(dana):
        return request_appointment(dana_patient, service=visit, wishes="Tuesday morning", actor=dana)


def test_a_request_waits_with_its_wishes(act, bob, asked):
    with act(bob):
        assert list(asked_for(bob)) == [asked]
        assert (asked.status, asked.period, asked.wishes) == (
            "proposed",
            None,
            "Tuesday morning",
        )
        assert OutboxEvent.objects.get().name == "AppointmentRequested"


def test_one_request_a_service(act, dana, dora, dana_patient, visit, asked, bob):
    with act(bob):
        other = HealthcareService.objects.create(name="Nurse visit")
    with act(dora):
        with pytest.raises(AskedAlready):
            request_appointment(dana_patient, service=visit, actor=dora)
        request_appointment(dana_patient, service=other, actor=dora)

        assert Appointment.objects.count() == 2


def test_nobody_asks_for_another_patient(act, bob, dana, patient, visit):
    with act(bob), pytest.raises(Missing):
        request_appointment(patient, service=visit, actor=dana)


def test_accepting_books_the_slot(act, bob, asked, slot):
    with act(bob):
        accept_request(asked, slot=slot(9, day=1), version=1, actor=bob)
        stored = Appointment.objects.get()

        assert (stored.status, stored.period.lower) == ("booked", at(9, day=1))
        assert sorted(OutboxEvent.objects.values_list("name", flat=True)) == [
            "AppointmentBooked",
            "AppointmentRequested",
        ]
        with pytest.raises(ImpossibleMove):
            accept_request(stored, slot=slot(10, day=1), actor=bob)


def test_a_taken_slot_leaves_the_request_open(act, bob, asked, patient, slot, visit):
    with act(bob):
        other = request_appointment(patient, service=visit, actor=bob)
        accept_request(asked, slot=slot(9), actor=bob)
        with pytest.raises(SlotTaken):
            accept_request(other, slot=slot(9), actor=bob)

        assert Appointment.objects.get(id=other.id).status == "proposed"


def test_declining_says_why_and_can_be_undone(act, bob, asked):
    with act(bob):
        decline_request(asked, reason="Please see your eye doctor", actor=bob)
        stored = Appointment.objects.get()
        assert (stored.status, stored.cancellation_reason) == (
            "cancelled",
            "Please see your eye doctor",
        )

        reinstate_appointment(stored, actor=bob)
        assert Appointment.objects.get().status == "proposed"


def test_patients_take_their_request_back_and_answer_none(act, dana, asked):
    with act(dana):
        with pytest.raises(Denied):
            decline_request(asked, reason="No", actor=dana)
        cancel_appointment(asked, actor=dana)

        assert Appointment.objects.get().status == "cancelled"
