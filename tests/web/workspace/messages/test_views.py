"""Conversations from the clinic's side: read, answer, hand over, close, take back."""

import pytest

from osler.clinic.communication.models import Message, Thread
from osler.clinic.communication.threads import open_thread
from osler.foundation.audit.models import AuditEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.keys import uuid7
from tests.conftest import new_patient, new_portal_actor
from tests.web.workspace.conftest import about


@pytest.fixture
def thread(act, dana, dana_patient) -> Thread:
    with act(dana):
        return open_thread(dana_patient, subject="Refill", body="One <i>more</i> week", actor=dana)


@pytest.fixture
def stored(act, organization, thread):
    def read() -> Thread:
        with act(SystemActor(organization.id)):
            return Thread.objects.get(id=thread.id)

    return read


def test_the_inbox_and_the_list_show_what_waits(client_of, alice, thread):
    client = client_of(alice)
    for address in ("/inbox/", "/inbox/?section=messages", "/inbox/threads/"):
        text = client.get(address).content.decode()
        assert f"/inbox/threads/{thread.id}/" in text
        assert "Rivera, Dana" in text
    assert "Waits for us" in client.get("/inbox/threads/").content.decode()
    assert str(thread.id) not in client.get("/inbox/threads/?status=closed").content.decode()


def test_reading_marks_as_read_and_answering_tells_the_patient(act, client_of, alice, dana, stored, thread):
    client, address = client_of(alice), f"/inbox/threads/{thread.id}/"
    assert "One &lt;i&gt;more&lt;/i&gt; week" in client.get(address).content.decode()
    with act(alice):
        assert Message.objects.get().read_at is not None
    answer = client.post(address, about(thread) | {"body": "It is at the pharmacy."})
    assert (answer.status_code, answer.url) == (302, address)
    assert stored().waits_for_clinic is False
    assert "Answered" in client.get("/inbox/threads/").content.decode()
    home = f"/portal/{dana.patient_id}/"
    assert "It is at the pharmacy." in client_of(dana).get(home + f"messages/{thread.id}/").content.decode()


@pytest.mark.parametrize(("body", "status"), [(" ", 422), ("word " * 1500, 422)])
def test_a_refused_answer_keeps_the_words(act, client_of, alice, stored, thread, body, status):
    answer = client_of(alice).post(f"/inbox/threads/{thread.id}/", about(thread) | {"body": body})
    assert answer.status_code == status
    assert body.strip()[:100] in answer.content.decode()
    assert stored().waits_for_clinic is True
    with act(alice):
        assert Message.objects.count() == 1


def test_handing_over(client_of, alice, nina, bob, stored, thread):
    client, address = client_of(alice), f"/inbox/threads/{thread.id}/assign/"
    old = stored().version
    answer = client.post(address, about(thread) | {"owner": str(nina.practitioner_id), "version": old})
    assert answer.status_code == 302
    assert stored().owner_id == nina.practitioner_id
    assert (
        client.post(
            address, about(thread) | {"owner": str(alice.practitioner_id), "version": old}
        ).status_code
        == 412
    )
    for nobody in ("", "x", str(uuid7())):
        assert client.post(address, about(thread) | {"owner": nobody}).status_code == 404
    assert stored().owner_id == nina.practitioner_id
    assert str(thread.id) not in client.get("/inbox/").content.decode()
    assert str(thread.id) in client_of(nina).get("/inbox/").content.decode()


def test_closing_and_its_undo(client_of, alice, stored, thread):
    client = client_of(alice)
    assert (
        client.post(f"/inbox/threads/{thread.id}/close/", about(thread) | {"version": 1_000}).status_code
        == 412
    )
    answer = client.post(f"/inbox/threads/{thread.id}/close/", about(thread) | {"version": stored().version})
    assert (answer.status_code, answer.url) == (302, "/inbox/")
    assert (stored().status, stored().waits_for_clinic) == ("closed", False)
    assert f"/inbox/threads/{thread.id}/reopen/" in client.get("/inbox/").content.decode()
    assert str(thread.id) in client.get("/inbox/threads/?status=closed").content.decode()
    client.post(f"/inbox/threads/{thread.id}/reopen/", about(thread))
    assert (stored().status, stored().waits_for_clinic) == ("open", True)


def test_writing_to_a_patient_first(act, client_of, alice, dana_patient):
    client, address = client_of(alice), f"/inbox/threads/new/{dana_patient.id}/"
    assert "Dana Rivera" in client.get(address).content.decode()
    refused = client.post(address, {"patient": str(dana_patient.id), "subject": "Hello", "body": ""})
    assert refused.status_code == 422
    assert 'value="Hello"' in refused.content.decode()
    answer = client.post(address, {"patient": str(dana_patient.id), "subject": "", "body": "Please call us."})
    with act(alice):
        opened = Thread.objects.get()
        assert (opened.subject, opened.owner_id) == ("From your clinic", alice.practitioner_id)
        assert opened.waits_for_clinic is False
    assert answer.url == f"/inbox/threads/{opened.id}/"


def test_opening_a_conversation_leaves_a_trace(act, organization, client_of, alice, thread):
    client_of(alice).get(f"/inbox/threads/{thread.id}/")
    with act(SystemActor(organization.id)):
        seen = AuditEvent.objects.get(entity="communication_thread", entity_id=thread.id, action="R")
        assert (seen.actor_id, seen.patient_id) == (alice.user_id, thread.patient_id)


@pytest.mark.parametrize("role", ["bob", "lena", "bill", "adam", "petra"])
def test_other_roles_have_no_messages(request, client_of, role, dana_patient, thread):
    client = client_of(request.getfixturevalue(role))
    for address in (
        "/inbox/threads/",
        f"/inbox/threads/{thread.id}/",
        f"/inbox/threads/new/{dana_patient.id}/",
    ):
        assert client.get(address).status_code == 403
    for deed in ("assign", "close", "reopen"):
        assert client.post(f"/inbox/threads/{thread.id}/{deed}/").status_code == 403


def test_another_clinic_knows_of_nothing(client_of, charlie, dana_patient, stored, thread):
    client = client_of(charlie)
    for address in (f"/inbox/threads/{thread.id}/", f"/inbox/threads/new/{dana_patient.id}/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {"body": "Hello"}).status_code == 404
    for deed in ("assign", "close", "reopen"):
        assert client.post(f"/inbox/threads/{thread.id}/{deed}/").status_code == 404
    assert stored().version == thread.version


@pytest.mark.parametrize("address", ["/inbox/", "/inbox/threads/"])
def test_a_list_costs_the_same_however_long(act, client_of, cost_of, organization, alice, address):
    costs = []
    for number in range(3):
        patient = new_patient(organization, family=f"Number {number}")
        writer = new_portal_actor(patient, "Somebody")
        with act(writer):
            open_thread(patient, subject="Hm", body="Words", actor=writer)
        costs.append(cost_of(client_of(alice), address))
    assert costs[0] == costs[2]
