"""Requests of patients on the desk."""

import pytest

from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.requests import request_appointment

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

    assert client.post(url, {"reason": " "}).status_code == 422
    assert stored(asked).status == "proposed"
    assert client.post(url, {"reason": "Please call us", "version": 1}).status_code == 302
    assert stored(asked).cancellation_reason == "Please call us"


def test_a_request_has_a_page_and_no_calendar_file(client_of, bob, asked):
    client = client_of(bob)

    assert client.get(f"/appointments/{asked.id}/").status_code == 200
    assert client.get(f"/appointments/{asked.id}/visit.ics").status_code == 404
    assert client.get(f"/appointments/{asked.id}/move/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("charlie", 404), ("lena", 403), ("dana", 302)])
def test_who_may_not_answer(client_of, request, asked, stored, who, status):
    answer = client_of(request.getfixturevalue(who)).post(
        f"/appointments/{asked.id}/decline/", {"reason": "No"}
    )

    assert (answer.status_code, stored(asked).status) == (status, "proposed")
