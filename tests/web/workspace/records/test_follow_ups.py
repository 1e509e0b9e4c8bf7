"""The due list at the desk."""

from datetime import timedelta

import pytest

from osler.clinic.records.encounters.visit import start_encounter
from osler.clinic.records.models import ServiceRequest
from osler.clinic.records.orders.follow_ups import set_follow_up
from osler.clinic.records.subscribers import complete_booked_follow_up
from osler.clinic.scheduling.events import AppointmentBooked
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from osler.kernel.periods import period


@pytest.fixture
def service(act, bob) -> HealthcareService:
    with act(bob):
        return HealthcareService.objects.create(name="Follow-up")


@pytest.fixture
def order(act, alice, service, dana_patient) -> ServiceRequest:
    with act(alice):
        visit = start_encounter(dana_patient, actor=alice)
        return set_follow_up(visit, weeks=6, service=service, note="Bring the diary", actor=alice)


@pytest.fixture
def appointment(act, bob, service, dana_patient) -> Appointment:
    start = clock.now() + timedelta(weeks=6)
    with act(bob):
        return Appointment.objects.create(
            patient=dana_patient,
            service=service,
            period=period(start, start + timedelta(minutes=20)),
            local_start=start,
            zone="America/New_York",
        )


def test_reception_sees_the_list_and_ties_an_appointment(
    act, bob, client_of, order, appointment, dana_patient
):
    client = client_of(bob)
    text = client.get("/appointments/requests/").content.decode()
    assert "Rivera, Dana" in text
    assert "Bring the diary" in text
    address = f"/follow-ups/{order.id}/is/{appointment.id}/"
    assert client.post(address, {"patient": "other"}).status_code == 409
    assert client.post(address, {"patient": str(dana_patient.id)}).status_code == 302
    assert "No follow-up is waiting" in client.get("/appointments/requests/").content.decode()
    with act(bob):
        assert ServiceRequest.objects.get().appointment_id == appointment.id


def test_booking_the_same_service_completes_it(act, alice, order, appointment, dana_patient):
    with act(alice):
        complete_booked_follow_up(AppointmentBooked(appointment.id, dana_patient.id))
        complete_booked_follow_up(AppointmentBooked(appointment.id, dana_patient.id))
        assert ServiceRequest.objects.get().status == "completed"


def test_lab_billing_and_strangers_see_no_list(client_of, lena, bill, charlie, order):
    assert client_of(lena).get("/appointments/requests/").status_code == 403
    assert client_of(bill).get("/appointments/requests/").status_code == 403
    assert "No follow-up is waiting" in client_of(charlie).get("/appointments/requests/").content.decode()
