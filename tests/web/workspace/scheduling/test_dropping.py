"""What the calendar is told before a drop."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from tests.web.workspace.scheduling.test_moving import dragged_to

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("time", "more", "answer"),
    [
        ("09:20", {}, {"look": "free", "words": "Free"}),
        ("10:10", {}, {"look": "taken", "words": "Taken"}),
        ("09:40", {"minutes": "25"}, {"look": "taken", "words": "Taken"}),
        ("12:00", {}, {"look": "outside", "words": "Outside working hours"}),
        ("06:00", {}, {"look": "over", "words": "Already over"}),
    ],
)
def test_one_word_about_a_place(act, bob, client_of, booked, other_patient, osei, slot, time, more, answer):
    with act(bob):
        book_appointment(other_patient, slot=slot(10), actor=bob)
    found = client_of(bob).get(f"/appointments/{booked.id}/look/", dragged_to(osei, time) | more)

    assert (found.status_code, found.json()) == (200, answer)


def test_nonsense_is_refused_and_a_stranger_learns_nothing(client_of, bob, charlie, booked, osei):
    url = f"/appointments/{booked.id}/look/"

    assert client_of(bob).get(url).status_code == 422
    assert client_of(bob).get(url, dragged_to(osei, "25:00")).status_code == 422
    assert client_of(bob).get(url, dragged_to(osei, "10:00") | {"minutes": "0"}).status_code == 422
    days = ("9999-12-31", "0001-01-01", "2027-02-30", "")
    asked = [client_of(bob).get(url, dragged_to(osei, "10:00") | {"other_day": day}) for day in days]
    assert [answer.status_code for answer in asked] == [422, 200, 422, 422]
    assert client_of(charlie).get(url, dragged_to(osei, "10:00")).status_code == 404
