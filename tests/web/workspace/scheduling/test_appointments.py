"""One appointment: its page, its cancelling, its calendar file."""

import pytest

from osler.clinic.scheduling.appointments.booking import reschedule_appointment
from osler.clinic.scheduling.calendars.calendar_text import calendar_text
from osler.foundation.audit.models import AuditEvent
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


def test_the_page_says_what_became_of_it(act, alice, bob, client_of, booked, ruiz, slot):
    with act(alice):
        reschedule_appointment(booked, slot=slot(10, by=ruiz), actor=alice)
    page = client_of(bob).get(f"/appointments/{booked.id}/")
    words = page.content.decode()

    assert page.status_code == 200
    assert "Time: 01-Mar-2027 09:00 → 01-Mar-2027 10:00" in words
    assert "Clinician: Dr. Ada Osei → Dr. Luz Ruiz" in words
    assert "Alice Bell" in words and "Bob Diaz" in words


def test_looking_is_audited(act, client_of, bob, booked, patient):
    client_of(bob).get(f"/appointments/{booked.id}/")
    with act(bob):
        event = AuditEvent.objects.get(action="R", entity="scheduling_appointment")

    assert (event.patient_id, event.entity_id) == (patient.id, booked.id)


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("lena", 403), ("bill", 403)])
def test_who_may_not_look(client_of, request, booked, who, status):
    client = client_of(request.getfixturevalue(who))

    assert client.get(f"/appointments/{booked.id}/").status_code == status
    assert client.get(f"/appointments/{booked.id}/visit.ics").status_code == status


def test_cancelling_keeps_the_reason_and_can_be_undone(client_of, bob, booked, stored):
    client = client_of(bob)
    answer = client.post(
        f"/appointments/{booked.id}/cancel/", about(booked) | {"version": 1, "reason": "The patient asked"}
    )
    assert answer.status_code == 302
    assert (stored(booked).status, stored(booked).cancellation_reason) == (
        "cancelled",
        "The patient asked",
    )

    client.post(f"/appointments/{booked.id}/reinstate/", about(booked))
    assert stored(booked).status == "booked"


def test_the_calendar_file_says_when_and_where_and_not_why(client_of, bob, booked):
    answer = client_of(bob).get(f"/appointments/{booked.id}/visit.ics")
    lines = answer.content.decode().split("\r\n")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert "DTSTART:20270301T140000Z" in lines
    assert "DTEND:20270301T142000Z" in lines
    assert "LOCATION:Main Street" in lines
    assert b"Cough" not in answer.content and b"Okafor" not in answer.content


def test_marks_of_the_calendar_file_are_escaped(booked, site):
    site.name = "Main; Street, 1"
    booked.location = site

    assert "LOCATION:Main\\; Street\\, 1\r\n" in calendar_text(booked)


def test_rooms_in_use_are_not_offered(act, bob, nina, client_of, booked, room, patient, ruiz, slot):
    from osler.clinic.scheduling.appointments.booking import book_appointment

    client = client_of(nina)
    client.post(f"/appointments/{booked.id}/check-in/", about(booked))
    assert client.get(f"/appointments/{booked.id}/").context["rooms"] == [room]

    with act(bob):
        book_appointment(patient, slot=slot(9, room=room, by=ruiz), actor=bob)
    assert client.get(f"/appointments/{booked.id}/").context["rooms"] == []
