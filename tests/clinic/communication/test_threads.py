"""A conversation: who opens it, for whom it waits, what it refuses."""

import pytest

from osler.clinic.communication.errors import EmptyMessage, ThreadClosed, TooLong
from osler.clinic.communication.models import Message, Thread
from osler.clinic.communication.threads import (
    LONGEST,
    assign_thread,
    close_thread,
    mark_read,
    open_thread,
    reopen_thread,
    send_message,
)
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel.errors import Denied, Missing, StaleVersion


@pytest.fixture
def asked(act, dana, dana_patient) -> Thread:
    """Dana has asked something."""
    with act(dana):
        return open_thread(dana_patient, subject=" Refill ", body=" One more week. ", actor=dana)


def test_a_patient_asks_and_it_waits_for_the_clinic(act, dana, alice, asked):
    with act(alice):
        stored = Thread.objects.get(id=asked.id)
        message = Message.objects.get(thread=stored)
        assert (stored.subject, stored.owner, stored.waits_for_clinic) == ("Refill", None, True)
        assert (message.body, message.from_clinic, message.author_name) == (
            "One more week.",
            False,
            "Dana Rivera",
        )
        assert stored.last_message_at == message.sent_at
        sent = OutboxEvent.objects.get(name="MessageSent")
        assert sent.payload == {"message_id": str(message.id), "patient_id": str(stored.patient_id)}


def test_what_is_written_is_stored_sealed(act, alice, asked):
    with act(alice):
        sealed = bytes(Message.objects.values_list("body_sealed", flat=True).get())
    assert b"One more week" not in sealed


def test_the_answer_waits_for_the_patient_until_it_is_read(act, dana, alice, asked):
    with act(alice):
        assert mark_read(asked, actor=alice) == 1
        assert mark_read(asked, actor=alice) == 0
        answer = send_message(asked, body="It is at the pharmacy.", actor=alice)
        assert (answer.from_clinic, asked.waits_for_clinic) == (True, False)
    with act(dana):
        found = Thread.objects.get(id=asked.id)
        assert mark_read(found, actor=dana) == 1
        assert Message.objects.filter(read_at=None).count() == 0


def test_a_proxy_reads_and_writes_for_the_patient(act, dora, alice, asked):
    with act(dora):
        message = send_message(Thread.objects.get(id=asked.id), body="She asks again.", actor=dora)
    assert (message.author_name, message.from_clinic) == ("Dora Rivera", False)


@pytest.mark.parametrize(
    ("body", "refusal"), [("", EmptyMessage), (" \n\t", EmptyMessage), ("x" * (LONGEST + 1), TooLong)]
)
def test_a_message_has_words_and_not_too_many(act, dana, dana_patient, asked, body, refusal):
    with act(dana), pytest.raises(refusal):
        open_thread(dana_patient, subject="More", body=body, actor=dana)
    with act(dana):
        with pytest.raises(refusal):
            send_message(Thread.objects.get(id=asked.id), body=body, actor=dana)
        assert (Thread.objects.count(), Message.objects.count()) == (1, 1)


def test_a_closed_conversation_takes_nothing_until_it_is_opened_again(act, dana, alice, asked):
    with act(alice):
        close_thread(asked, actor=alice, version=asked.version)
        assert (asked.status, asked.waits_for_clinic) == ("closed", False)
    with act(dana):
        found = Thread.objects.get(id=asked.id)
        with pytest.raises(ThreadClosed):
            send_message(found, body="One thing more", actor=dana)
        assert Message.objects.count() == 1
    with act(alice):
        reopen_thread(Thread.objects.get(id=asked.id), actor=alice)
    with act(dana):
        send_message(Thread.objects.get(id=asked.id), body="One thing more", actor=dana)


def test_reopening_a_question_without_an_answer_makes_it_wait_again(act, alice, asked):
    with act(alice):
        close_thread(asked, actor=alice)
        reopened = reopen_thread(asked, actor=alice)
        assert (reopened.status, reopened.waits_for_clinic) == ("open", True)
        send_message(asked, body="Done.", actor=alice)
        close_thread(asked, actor=alice)
        assert reopen_thread(asked, actor=alice).waits_for_clinic is False


def test_handing_over_is_refused_on_an_older_version(act, alice, nina, asked):
    with act(alice):
        nurse = Practitioner.objects.get(id=nina.practitioner_id)
        old = asked.version
        assign_thread(asked, owner=nurse, actor=alice, version=old)
        with pytest.raises(StaleVersion):
            close_thread(Thread.objects.get(id=asked.id), actor=alice, version=old)
        stored = Thread.objects.get(id=asked.id)
        assert (stored.owner, stored.status) == (nurse, "open")


@pytest.mark.parametrize("stranger", ["bob", "lena", "bill", "adam", "petra", "charlie"])
def test_nobody_else_opens_writes_or_reads(act, request, stranger, dana_patient, asked):
    actor = request.getfixturevalue(stranger)
    with act(SystemActor(asked.organization_id)):
        for deed in (
            lambda: open_thread(dana_patient, subject="Hello", body="Words", actor=actor),
            lambda: send_message(asked, body="Words", actor=actor),
            lambda: mark_read(asked, actor=actor),
            lambda: close_thread(asked, actor=actor),
        ):
            with pytest.raises((Denied, Missing)):
                deed()
        assert (Thread.objects.count(), Message.objects.count()) == (1, 1)


def test_a_patient_does_not_close_or_hand_over(act, dana, asked):
    with act(dana):
        found = Thread.objects.get(id=asked.id)
        with pytest.raises(Denied):
            close_thread(found, actor=dana)
        with pytest.raises(Denied):
            assign_thread(found, owner=Practitioner(), actor=dana)
