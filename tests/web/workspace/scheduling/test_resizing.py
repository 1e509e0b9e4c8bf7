"""Another length: by the page of minutes, by the lower edge in the calendar, and back."""

import pytest
from django.contrib.messages import get_messages

from osler.clinic.scheduling.appointments.booking import book_appointment
from tests.clinic.scheduling.conftest import at
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


def address(appointment) -> str:
    return f"/appointments/{appointment.id}/length/"


def ends(appointment) -> tuple[object, int]:
    return appointment.period.upper, appointment.version


def test_the_page_says_how_long_it_is(client_of, bob, booked):
    page = client_of(bob).get(address(booked))

    assert (page.status_code, page.context["minutes"]) == (200, 20)
    assert b"09:00</strong>\xe2\x80\x9309:20" in page.content


def test_it_is_made_longer_and_undone(client_of, bob, booked, stored):
    client = client_of(bob)
    answer = client.post(address(booked), about(booked) | {"minutes": "45", "next": "/calendar/"})

    assert (answer.status_code, answer["Location"], ends(stored(booked))) == (
        302,
        "/calendar/",
        (at(9, 45), 2),
    )
    (message,) = get_messages(answer.wsgi_request)
    assert str(message) == "The visit of Ada Okafor takes 45 minutes."
    assert client.post(message.extra_tags.removeprefix("undo=")).status_code == 302
    assert ends(stored(booked)) == (at(9, 20), 3)


@pytest.mark.parametrize("minutes", ["", "0", "-5", "4", "721", "1e3", "٣٠٠٠", "20 or so"])
def test_what_is_no_length_changes_nothing(client_of, bob, booked, stored, minutes):
    page = client_of(bob).post(address(booked), about(booked) | {"minutes": minutes})

    assert (page.status_code, str(page.context["refusal"])) == (
        422,
        "A visit takes between 5 minutes and 12 hours.",
    )
    assert ends(stored(booked)) == (at(9, 20), 1)


def test_a_taken_time_is_said_on_the_page_and_over_the_calendar(
    act, bob, client_of, booked, other_patient, slot, stored
):
    with act(bob):
        book_appointment(other_patient, slot=slot(9, 20), actor=bob)
    client, sent = client_of(bob), about(booked) | {"minutes": "40"}
    page = client.post(address(booked), sent)
    dialog = client.post(address(booked), sent, headers={"HX-Request": "true", "HX-Target": "calendar"})

    assert (page.status_code, page.context["may_overbook"]) == (409, True)
    assert (dialog.status_code, dialog["HX-Retarget"], dialog.context["times"]) == (409, "#drop-refused", [])
    assert ends(stored(booked)) == (at(9, 20), 1)
    client.post(address(booked), sent | {"overbook": "1", "overbook_reason": "Long story"})
    assert (ends(stored(booked)), stored(booked).overbook_reason) == ((at(9, 40), 2), "Long story")


def test_an_old_page_and_a_stranger_change_nothing(client_of, bob, charlie, booked, stored):
    old = about(booked) | {"version": "7", "minutes": "40"}

    assert client_of(bob).post(address(booked), old).status_code == 412
    assert client_of(charlie).get(address(booked)).status_code == 404
    assert client_of(charlie).post(address(booked), about(booked) | {"minutes": "40"}).status_code == 404
    assert ends(stored(booked)) == (at(9, 20), 1)


def test_the_appointments_page_leads_to_both(client_of, bob, booked, site):
    page = client_of(bob).get(f"/appointments/{booked.id}/").content.decode()

    assert f'href="/appointments/{booked.id}/length/"' in page
    assert f'href="/calendar/?day=2027-03-01&amp;site={site.id}&amp;carry={booked.id}"' in page
