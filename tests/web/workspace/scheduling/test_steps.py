"""One click: the next step, its toast and its way back."""

import pytest
from django.contrib.messages import get_messages

from osler.clinic.scheduling.appointments.booking import book_appointment
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


def step(client, appointment, name: str, **data):
    return client.post(f"/appointments/{appointment.id}/{name}/", about(appointment) | data)


def test_check_in_goes_back_to_the_board_with_an_undo(client_of, bob, booked, stored):
    client = client_of(bob)
    answer = step(client, booked, "check-in", version=1, next="/board/?group=time")

    assert (answer.status_code, answer["Location"]) == (302, "/board/?group=time")
    assert stored(booked).status == "arrived"
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) == "Ada Okafor is checked in."
    assert (
        message.extra_tags
        == f"undo=/appointments/{booked.id}/undo-check-in/?patient={booked.patient_id}&version=2"
    )


def test_undo_takes_it_back(client_of, bob, booked, stored):
    client = client_of(bob)
    step(client, booked, "check-in")
    step(client, booked, "undo-check-in")

    assert stored(booked).status == "booked"


def test_an_old_page_changes_nothing(client_of, bob, booked, stored):
    client = client_of(bob)
    step(client, booked, "check-in", version=1)
    answer = step(client, booked, "no-show", version=1)

    assert (answer.status_code, stored(booked).status) == (412, "arrived")


def test_an_impossible_step_is_a_conflict(client_of, bob, booked, stored):
    answer = step(client_of(bob), booked, "undo-check-in")

    assert (answer.status_code, stored(booked).status) == (409, "booked")


def test_a_room_can_be_named(client_of, nina, booked, stored, room):
    client = client_of(nina)
    step(client, booked, "check-in")
    step(client, booked, "room", room=room.id)

    assert (stored(booked).status, stored(booked).room_id) == ("checked-in", room.id)


@pytest.mark.parametrize(
    ("who", "name", "status"),
    [
        pytest.param("bob", "room", 403, id="reception rooms nobody"),
        pytest.param("lena", "check-in", 403, id="the laboratory checks nobody in"),
        pytest.param("charlie", "check-in", 404, id="a stranger knows of no appointment"),
        pytest.param("bob", "dance", 404, id="there is no such step"),
    ],
)
def test_refused(client_of, request, booked, stored, who, name, status):
    answer = step(client_of(request.getfixturevalue(who)), booked, name)

    assert (answer.status_code, stored(booked).status) == (status, "booked")


def test_a_step_is_not_a_link(client_of, bob, booked):
    assert client_of(bob).get(f"/appointments/{booked.id}/check-in/").status_code == 405


def test_no_way_leads_out_of_the_house(client_of, bob, booked):
    answer = step(client_of(bob), booked, "check-in", next="https://evil.example/")

    assert answer["Location"] == f"/appointments/{booked.id}/"


def test_coming_late_needs_a_free_time(act, bob, client_of, booked, other_patient, slot, stored):
    client = client_of(bob)
    step(client, booked, "no-show")
    with act(bob):
        book_appointment(other_patient, slot=slot(9), actor=bob)

    assert step(client, booked, "check-in").status_code == 409
    assert stored(booked).status == "noshow"
