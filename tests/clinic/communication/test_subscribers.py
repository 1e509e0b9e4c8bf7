"""Which news is told by mail, and to whom."""

import pytest

from osler.clinic.billing.events import InvoiceIssued
from osler.clinic.communication import subscribers
from osler.clinic.communication.models import Notice
from osler.clinic.communication.threads import open_thread, send_message
from osler.clinic.records.events import ReportReleased
from osler.clinic.scheduling.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from osler.clinic.scheduling.models import Appointment
from osler.foundation.jobs.outbox import SystemActor, deliver_events
from osler.kernel.keys import uuid7
from tests.conftest import new_patient, new_portal_actor


@pytest.fixture
def patient(organization):
    return new_patient(organization, email="dana@home.test")


@pytest.fixture
def told(act, organization):
    def kinds() -> list[str]:
        with act(SystemActor(organization.id)):
            return list(Notice.objects.order_by("id").values_list("kind", flat=True))

    return kinds


def test_what_the_clinic_writes_is_told_and_what_the_patient_writes_is_not(
    act, organization, alice, patient, told
):
    writer = new_portal_actor(patient, "Dana")
    with act(writer):
        thread = open_thread(patient, subject="Refill", body="Please", actor=writer)
    deliver_events(str(organization.id))
    assert told() == []
    with act(alice):
        send_message(thread, body="Done", actor=alice)
    deliver_events(str(organization.id))
    assert told() == ["message"]


def test_each_move_and_cancellation_is_an_occasion_of_its_own(act, organization, patient, told):
    with act(SystemActor(organization.id)):
        asked = Appointment.objects.create(patient=patient, status="proposed")
        ids = (asked.id, patient.id)
        subscribers.tell_of_booking(AppointmentBooked(*ids))
        subscribers.tell_of_booking(AppointmentBooked(*ids))
        subscribers.tell_of_move(AppointmentMoved(*ids))
        subscribers.tell_of_move(AppointmentMoved(*ids))
        asked.reason = "Cough"
        asked.save()
        subscribers.tell_of_move(AppointmentMoved(*ids))
        subscribers.tell_of_cancellation(AppointmentCancelled(*ids))
    assert told() == [
        "appointment-booked",
        "appointment-moved",
        "appointment-moved",
        "appointment-cancelled",
    ]


def test_results_and_invoices_are_told(act, organization, patient, told):
    with act(SystemActor(organization.id)):
        subscribers.tell_of_result(ReportReleased(uuid7(), patient.id))
        subscribers.tell_of_invoice(InvoiceIssued(uuid7(), patient.id))
    assert told() == ["result", "invoice"]
