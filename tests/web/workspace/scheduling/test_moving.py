"""Moving: by the page, by dragging, and back."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.messages import get_messages

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.appointments.resizing import extend_appointment
from osler.web.workspace.scheduling.slot_choice import token
from tests.clinic.scheduling.conftest import at
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


def dragged_to(practitioner, time: str) -> dict[str, str]:
    return {
        "slot": "other",
        "other_practitioner": str(practitioner.id),
        "other_day": "2027-03-01",
        "other_time": time,
        "version": "1",
        "next": "/calendar/",
    }


def test_the_page_offers_free_times(client_of, bob, booked, slot):
    page = client_of(bob).get(f"/appointments/{booked.id}/move/")

    assert page.context["chosen"] == token(slot(9, 20))


def test_dragging_moves_and_undo_moves_back(client_of, bob, booked, ruiz, osei, stored):
    client = client_of(bob)
    answer = client.post(f"/appointments/{booked.id}/move/", about(booked) | dragged_to(ruiz, "14:20"))

    assert (answer.status_code, answer["Location"]) == (302, "/calendar/")
    assert (stored(booked).period.lower, stored(booked).practitioner_id) == (at(14, 20), ruiz.id)
    (message,) = get_messages(answer.wsgi_request)
    undo = message.extra_tags.removeprefix("undo=")
    assert parse_qs(urlsplit(undo).query)["version"] == ["2"]

    assert client.post(undo).status_code == 302
    assert (stored(booked).period.lower, stored(booked).practitioner_id) == (at(9), osei.id)


def test_a_drop_on_a_taken_time_is_a_conflict(act, bob, client_of, booked, other_patient, osei, slot, stored):
    with act(bob):
        book_appointment(other_patient, slot=slot(10), actor=bob)
    client, url, sent = (
        client_of(bob),
        f"/appointments/{booked.id}/move/",
        about(booked) | dragged_to(osei, "10:00"),
    )
    page = client.post(url, sent)
    fragment = client.post(url, sent, headers={"HX-Request": "true", "HX-Target": "calendar"})

    assert (page.status_code, len(page.context["times"])) == (409, 3)
    assert (fragment.status_code, fragment["HX-Retarget"]) == (409, "#drop-refused")
    assert (len(fragment.context["times"]), fragment.context["may_overbook"]) == (3, True)
    assert stored(booked).period.lower == at(9)


def test_the_dialog_of_a_refused_drop_overbooks_with_a_reason(
    act, bob, nina, client_of, booked, other_patient, osei, slot, stored
):
    with act(bob):
        book_appointment(other_patient, slot=slot(10), actor=bob)
    url, dropped = f"/appointments/{booked.id}/move/", dragged_to(osei, "10:00")
    said = {"overbook": "1", "overbook_reason": "Pain"}

    assert client_of(nina).post(url, about(booked) | dropped | said).status_code == 403
    assert stored(booked).period.lower == at(9)
    answer = client_of(bob).post(url, about(booked) | dropped | said)
    assert (answer.status_code, answer["Location"]) == (302, "/calendar/")
    found = stored(booked)
    assert (found.period.lower, found.lane, found.overbook_reason) == (at(10), 1, "Pain")


def test_a_drop_with_another_length_is_one_move(client_of, bob, booked, ruiz, stored):
    client, url = client_of(bob), f"/appointments/{booked.id}/move/"
    for minutes in ("0", "4", "721", "99999", "ten"):
        answer = client.post(url, about(booked) | dragged_to(ruiz, "14:20") | {"minutes": minutes})
        assert (answer.status_code, stored(booked).version) == (422, 1)
    client.post(url, about(booked) | dragged_to(ruiz, "14:20") | {"minutes": "35"})

    assert (stored(booked).period.lower, stored(booked).period.upper) == (at(14, 20), at(14, 55))
    assert stored(booked).version == 2


def test_what_was_made_longer_is_offered_times_that_are_long_enough(act, bob, client_of, booked, stored):
    with act(bob):
        extend_appointment(stored(booked), minutes=180, actor=bob)
    page = client_of(bob).get(f"/appointments/{booked.id}/move/")

    assert {slot.end - slot.start for slot, _token in page.context["slots"]} == {timedelta(hours=3)}


def test_an_old_calendar_moves_nothing(client_of, bob, booked, ruiz, stored):
    client, url = client_of(bob), f"/appointments/{booked.id}/move/"
    client.post(url, about(booked) | dragged_to(ruiz, "14:20"))

    assert client.post(url, about(booked) | dragged_to(ruiz, "15:20")).status_code == 412
    assert stored(booked).period.lower == at(14, 20)


def test_a_stranger_finds_nothing_to_move(client_of, charlie, booked, ruiz, stored):
    client, url = client_of(charlie), f"/appointments/{booked.id}/move/"

    assert client.get(url).status_code == 404
    assert client.post(url, about(booked) | dragged_to(ruiz, "14:20")).status_code == 404
    assert stored(booked).period.lower == at(9)
