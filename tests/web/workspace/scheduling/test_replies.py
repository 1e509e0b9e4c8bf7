"""Answers of patients at the desk; confirmed visits on the board; reminders by hand; who wants none."""

import pytest

from osler.clinic.communication.models import Notice, OptOut, PatientReply
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from tests.web.workspace.conftest import about

pytestmark = pytest.mark.django_db


@pytest.fixture
def reply(act, organization, booked):
    with act(SystemActor(organization.id)):
        row = PatientReply(
            organization_id=organization.id, patient=booked.patient, appointment=booked, effect_key="text:1",
            channel="sms", from_address="+14135550142", wish="other", status="open", received_at=clock.now(),
        )  # fmt: skip
        row.body = "May I come later?"
        row.save(force_insert=True)
    return row


def status(act, organization) -> str:
    with act(SystemActor(organization.id)):
        return PatientReply.objects.get().status


def test_an_answer_stands_on_the_list_until_it_is_settled(act, client_of, organization, bob, reply) -> None:
    client = client_of(bob)
    page = client.get("/replies/").content.decode()
    assert "May I come later?" in page
    assert "Okafor, Ada" in page
    said = {"version": "1", "patient": str(reply.patient_id)}
    assert client.post(f"/replies/{reply.id}/settle/", {**said, "version": "9"}).status_code == 412
    assert client.post(f"/replies/{reply.id}/settle/", {"version": "1"}).status_code == 409
    assert status(act, organization) == "open"
    assert client.post(f"/replies/{reply.id}/settle/", said).status_code == 302
    assert status(act, organization) == "settled"
    assert "No answer waits" in client.get("/replies/").content.decode()
    assert client.post(f"/replies/{reply.id}/reopen/", {**said, "version": "2"}).status_code == 302
    assert status(act, organization) == "open"


def test_a_stranger_in_another_clinic_finds_no_answer(client_of, charlie, reply) -> None:
    client = client_of(charlie)

    assert "May I come later?" not in client.get("/replies/").content.decode()
    assert client.post(f"/replies/{reply.id}/settle/", {"version": "1"}).status_code == 404


def test_the_desk_notes_that_the_patient_will_come_and_the_board_shows_it(
    client_of, bob, booked, stored
) -> None:
    client = client_of(bob)
    client.post(f"/appointments/{booked.id}/confirm/", about(booked))
    assert stored(booked).confirmed_by == "desk"
    board = client.get("/board/").content.decode()
    assert "Confirmed" in board
    assert "Okafor, Ada" in client.get("/board/?stage=confirmed").content.decode()
    assert "Okafor, Ada" not in client.get("/board/?stage=booked").content.decode()
    assert "look-confirmed" in client.get("/calendar/").content.decode()
    assert "by phone or at the desk" in client.get(f"/appointments/{booked.id}/").content.decode()
    client.post(f"/appointments/{booked.id}/unconfirm/", about(stored(booked)))
    assert stored(booked).confirmed_by == ""


def test_a_reminder_by_hand_and_its_fate(act, client_of, organization, bob, booked) -> None:
    client, address = client_of(bob), f"/appointments/{booked.id}/remind/"
    assert client.post(address, {**about(booked), "channel": "email"}).status_code == 409
    assert client.post(address, {**about(booked), "channel": "pigeon"}).status_code == 404
    with act(SystemActor(organization.id)):
        booked.patient.email = "ada@home.test"
        booked.patient.save()
        assert Notice.objects.filter(appointment=booked).count() == 0
    assert client.post(address, {**about(booked), "channel": "email"}).status_code == 302
    page = client.get(f"/appointments/{booked.id}/").content.decode()
    assert "ada@home.test" in page
    assert "Queued" in page


def test_the_desk_notes_who_wants_no_reminders(act, client_of, organization, bob, booked) -> None:
    with act(SystemActor(organization.id)):
        booked.patient.email = "ada@home.test"
        booked.patient.save()
    client, home = client_of(bob), f"/patients/{booked.patient_id}/"
    said = {"patient": str(booked.patient_id)}

    def open_ones() -> int:
        with act(SystemActor(organization.id)):
            return OptOut.objects.filter(ended_at=None).count()

    assert client.post(f"{home}reminders/email/stop/").status_code == 409
    assert client.post(f"{home}reminders/fax/stop/", said).status_code == 404
    assert open_ones() == 0
    for _again in range(2):
        assert client.post(f"{home}reminders/email/stop/", said).status_code == 302
    assert open_ones() == 1
    assert "Wants none" in client.get(home).content.decode()
    assert client.post(f"{home}reminders/email/start/", said).status_code == 302
    assert open_ones() == 0
