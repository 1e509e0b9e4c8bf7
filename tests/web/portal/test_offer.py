"""The page behind an offer's link: nothing of the patient, nothing done by looking, nothing to find out."""

import pytest
from django.test import Client

from osler.clinic.communication.offering.telling import path_of
from osler.clinic.communication.reminding.links import VISITS
from osler.clinic.scheduling.appointments.booking import book_appointment
from osler.clinic.scheduling.models import Appointment, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.clinic.scheduling.waiting_list.offering import make_offer
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.keys import uuid7
from tests.clinic.scheduling.conftest import (  # noqa: F401  fixtures
    at,
    monday,
    osei,
    other_patient,
    patient,
    slot,
    visit,
)


@pytest.fixture
def offer(act, bob, patient, visit, osei, slot) -> WaitlistOffer:  # noqa: F811
    with act(bob):
        visit.name = "Oncology follow-up"
        visit.save()
        entry = join_waiting_list(
            patient, service=visit, wish=Wish(practitioner=osei), reason="chemotherapy", actor=bob
        )
        return make_offer(entry, slot(14), until=at(12))


@pytest.fixture
def link(offer) -> str:
    return path_of(offer.organization_id, offer.id)


@pytest.fixture
def state(act, organization):
    def now() -> tuple[list[str], list[str]]:
        with act(SystemActor(organization.id)):
            visits = sorted(Appointment.objects.values_list("status", flat=True))
            return visits, list(WaitlistOffer.objects.values_list("status", flat=True))

    return now


UNTOUCHED = (["waitlist"], ["open"])


def test_it_shows_day_time_and_place_and_nothing_of_the_patient(link, patient, state):  # noqa: F811
    answer = Client().get(link)
    page = answer.content.decode()

    assert answer.status_code == 200
    for shown in ("Monday, March 1, 2027", "2 p.m.", "Test Clinic", "Main Street", "noon"):
        assert shown in page
    for private in ("Okafor", patient.mrn, "1945", "Oncology", "chemotherapy", "Osei"):
        assert private not in page
    assert "no-store" in answer["Cache-Control"]
    assert state() == UNTOUCHED


@pytest.mark.parametrize(
    ("said", "after", "shown"),
    [
        ("accept", (["booked"], ["accepted"]), "This time is yours"),
        ("decline", (["waitlist"], ["declined"]), "You did not want this time"),
        ("perhaps", UNTOUCHED, "Yes, I take it"),
    ],
)
def test_a_touch_is_an_answer_and_twice_is_once(link, state, said, after, shown):
    client = Client()
    for _twice in range(2):
        assert client.post(link, {"answer": said}).status_code == 302
        assert state() == after
        assert shown in client.get(link).content.decode()


def test_who_comes_second_reads_that_it_is_gone_and_loses_nothing(
    act,
    bob,
    link,
    state,
    slot,  # noqa: F811
    visit,  # noqa: F811
    other_patient,  # noqa: F811
):
    with act(bob):
        book_appointment(other_patient, slot=slot(14), service=visit, actor=bob)
    answer = Client().post(link, {"answer": "accept"})

    assert answer.status_code == 409
    assert "This time is gone" in answer.content.decode()
    assert state() == (["booked", "waitlist"], ["open"])


def test_a_link_that_never_was_and_one_for_something_else_look_alike(offer, organization, link, state):
    never = path_of(organization.id, uuid7())
    other_purpose = f"/o/{VISITS.token_of(organization.id, offer.id)}/"
    as_reminder = link.replace("/o/", "/v/")

    for address in (never, other_purpose, "/o/x/", as_reminder):
        for answer in (Client().get(address), Client().post(address, {"answer": "accept"})):
            assert answer.status_code == 404
    assert state() == UNTOUCHED


def test_after_its_visit_would_have_begun_nothing_is_open(act, bob, patient, offer, link, state):  # noqa: F811
    import time_machine

    with time_machine.travel(clock.now().replace(hour=23), tick=False):
        assert Client().post(link, {"answer": "accept"}).status_code == 404
    assert state() == UNTOUCHED
