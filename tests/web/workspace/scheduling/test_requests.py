"""Requests of patients on the desk."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from osler.clinic.records.models import ServiceRequest
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.requests import request_appointment
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.kernel import clock
from osler.web.workspace.scheduling.slot_choice import token
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(act, dana, dana_patient, visit) -> Appointment:
    with act(dana):
        return request_appointment(dana_patient, service=visit, wishes="Mornings", actor=dana)


def test_the_desk_sees_the_wishes(client_of, bob, asked):
    page = client_of(bob).get("/appointments/requests/")

    assert [row for row, _url in page.context["rows"]] == [asked]
    assert "Mornings" in page.content.decode()
    assert f"/appointments/new/?request={asked.id}" in page.content.decode()


def test_declining_needs_a_reason(client_of, bob, asked, stored):
    client, url = client_of(bob), f"/appointments/{asked.id}/decline/"

    assert client.post(url, about(asked) | {"reason": " "}).status_code == 422
    assert stored(asked).status == "proposed"
    assert client.post(url, about(asked) | {"reason": "Please call us", "version": 1}).status_code == 302
    assert stored(asked).cancellation_reason == "Please call us"


def test_a_request_has_a_page_and_no_calendar_file(client_of, bob, asked):
    client = client_of(bob)

    assert client.get(f"/appointments/{asked.id}/").status_code == 200
    assert client.get(f"/appointments/{asked.id}/visit.ics").status_code == 404
    assert client.get(f"/appointments/{asked.id}/move/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("lena", 403), ("dana", 302)])
def test_who_may_not_answer(client_of, request, asked, stored, who, status):
    answer = client_of(request.getfixturevalue(who)).post(
        f"/appointments/{asked.id}/decline/", about(asked) | {"reason": "No"}
    )

    assert (answer.status_code, stored(asked).status) == (status, "proposed")


@pytest.fixture
def due(act, alice, patient, osei) -> ServiceRequest:
    with act(alice):
        return ServiceRequest.objects.create(
            patient=patient,
            requester=osei,
            category=ServiceRequest.Category.FOLLOW_UP,
            status=ServiceRequest.Status.ACTIVE,
            display="Blood pressure check",
            due_on=date(2027, 3, 8),
            authored_at=clock.now(),
        )


def test_a_follow_up_is_booked_from_the_day_it_is_due(act, client_of, alice, bob, due, osei, slot):
    client = client_of(bob)
    page = client.get("/appointments/requests/")
    ((_order, url, _next),) = page.context["due"]
    assert "Blood pressure check" in page.content.decode()

    page = client.get(url)
    assert page.context["practitioner"] == osei
    assert page.context["chosen"] == token(slot(9, day=7))

    sent = {"follow_up": due.id, "slot": page.context["chosen"], "practitioner": osei.id}
    assert client.post("/appointments/new/", sent).status_code == 302
    with act(alice):
        booked = Appointment.objects.get()
        order = ServiceRequest.objects.get()
        assert (order.status, order.appointment_id) == ("completed", booked.id)
    assert client.get("/appointments/requests/").context["due"] == []


def test_a_follow_up_stays_due_when_its_time_is_taken(act, alice, bob, client_of, due, other_patient, slot):
    with act(bob):
        book_appointment(other_patient, slot=slot(9, day=7), actor=bob)
    sent = {"follow_up": due.id, "slot": token(slot(9, day=7))}
    assert client_of(bob).post("/appointments/new/", sent).status_code == 409

    with act(alice):
        assert ServiceRequest.objects.get().status == "active"
        assert Appointment.objects.count() == 1


def test_another_clinics_follow_up_is_not_there(client_of, charlie, due):
    assert client_of(charlie).get(f"/appointments/new/?follow_up={due.id}").status_code == 404


def test_one_request_and_three_cost_the_same(act, bob, client_of, asked, dana_patient):
    client = client_of(bob)

    def count() -> int:
        client.get("/appointments/requests/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/appointments/requests/")
        return len(queries)

    one = count()
    with act(bob):
        for name in ("Nurse visit", "Vaccination"):
            service = HealthcareService.objects.create(name=name)
            request_appointment(dana_patient, service=service, actor=bob)

    assert count() == one
