"""The same clinic as in the tests of the deeds, and a booked visit on its Monday."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment
from tests.clinic.scheduling.conftest import (  # noqa: F401  fixtures
    hall,
    monday,
    osei,
    other_patient,
    patient,
    room,
    ruiz,
    slot,
    visit,
)


@pytest.fixture
def booked(act, bob, patient, visit, slot) -> Appointment:  # noqa: F811
    with act(bob):
        return book_appointment(patient, slot=slot(9), service=visit, reason="Cough", actor=bob)


@pytest.fixture
def stored(act, bob):
    def read(appointment: Appointment) -> Appointment:
        with act(bob):
            return Appointment.objects.get(id=appointment.id)

    return read
