"""A visit and what comes before it on the page: booked, told, moved, cancelled and taken back together."""

import pytest

from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment
from osler.foundation.directory.models import HealthcareService
from osler.foundation.ui.notices import undo_url
from osler.web.workspace.scheduling.slot_choice import token

pytestmark = pytest.mark.django_db
BOTH = [("Blood test", "10:00", "booked"), ("Review", "11:00", "booked")]


@pytest.fixture
def review(act, adam, osei, ruiz):
    with act(adam):
        blood = HealthcareService.objects.create(name="Blood test", duration_minutes=20)
        return HealthcareService.objects.create(
            name="Review",
            duration_minutes=20,
            needs_before=blood,
            before_at_least_minutes=30,
            before_at_most_minutes=120,
        )


@pytest.fixture
def both(act, bob, patient, review, slot):
    with act(bob):
        return book_appointment(patient, slot=slot(11), service=review, actor=bob)


@pytest.fixture
def all_booked(act, bob):
    def read() -> list[tuple]:
        with act(bob):
            rows = Appointment.objects.select_related("service").order_by("period_start")
            return [(str(row.service), row.wall_clock, row.status) for row in rows]

    return read


def undo_of(client, path):
    page = client.get(path)
    return next(found for message in page.context["messages"] if (found := undo_url(message.extra_tags)))


def form(visit, **more):
    return {"patient": visit.patient_id, "version": visit.version, **more}


def test_both_are_booked_and_undone_together(client_of, bob, patient, review, slot, all_booked):
    client = client_of(bob)
    page = client.get(f"/appointments/new/?patient={patient.id}&service={review.id}")
    assert "Blood test is booked before it, on the same day." in page.content.decode()
    assert page.context["slots"][0][0].clock == "10:00"
    assert not page.context["may_repeat"]

    sent = {"patient": patient.id, "slot": token(slot(11)), "service": review.id}
    answer = client.post("/appointments/new/", sent)

    assert answer.status_code == 302
    assert all_booked() == BOTH
    page = client.get(answer["Location"])
    assert "Blood test before it: 10:00." in page.content.decode()
    undo = next(found for message in page.context["messages"] if (found := undo_url(message.extra_tags)))
    assert client.post(undo).status_code == 302
    assert {status for *_, status in all_booked()} == {"cancelled"}


def test_a_time_before_which_the_other_cannot_be_had_books_neither(
    client_of, bob, patient, review, slot, all_booked
):
    sent = {"patient": patient.id, "slot": token(slot(9, 20)), "service": review.id}
    page = client_of(bob).post("/appointments/new/", sent)

    assert page.status_code == 409
    assert [found.clock for found, _value in page.context["times"]] == ["10:00", "10:20", "10:40"]
    assert all_booked() == []


def test_each_tells_of_the_other(client_of, act, bob, both):
    with act(bob):
        earlier = Appointment.objects.get(precedes=both)
    page = client_of(bob).get(f"/appointments/{both.id}/").content.decode()
    assert f'<a href="/appointments/{earlier.id}/">' in page
    page = client_of(bob).get(f"/appointments/{earlier.id}/").content.decode()
    assert f'<a href="/appointments/{both.id}/">' in page


def test_cancelling_both_and_the_undo(client_of, bob, both, all_booked):
    client = client_of(bob)
    sent = form(both, along_asked="1", along="1")
    answer = client.post(f"/appointments/{both.id}/cancel/", sent)
    assert {status for *_, status in all_booked()} == {"cancelled"}

    assert client.post(undo_of(client, answer["Location"])).status_code == 302
    assert all_booked() == BOTH


def test_cancelling_the_visit_alone(client_of, bob, both, all_booked):
    client_of(bob).post(f"/appointments/{both.id}/cancel/", form(both, along_asked="1"))

    assert all_booked() == [("Blood test", "10:00", "booked"), ("Review", "11:00", "cancelled")]


@pytest.mark.parametrize(("along", "expected"), [({"along": "1"}, "13:00"), ({}, "10:00")])
def test_moving_takes_the_other_along_if_it_is_said(client_of, bob, both, slot, along, expected, all_booked):
    sent = form(both, slot=token(slot(14)), along_asked="1", **along)
    answer = client_of(bob).post(f"/appointments/{both.id}/move/", sent)

    assert answer.status_code == 302
    assert all_booked() == [("Blood test", expected, "booked"), ("Review", "14:00", "booked")]


def test_strangers_take_nothing_back(client_of, charlie, bob, both, all_booked):
    client_of(bob).post(f"/appointments/{both.id}/cancel/", form(both))
    address = f"/appointments/{both.id}/reinstate-both/?patient={both.patient_id}&version=2&earlier_version=2"

    assert client_of(charlie).post(address).status_code == 404
    assert {status for *_, status in all_booked()} == {"cancelled"}
