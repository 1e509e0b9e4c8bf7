"""What waits for whom, and what is unread."""

import pytest

from osler.clinic.communication.queries import threads_of, unread_count, waiting_count, waiting_threads
from osler.clinic.communication.threads import close_thread, open_thread, send_message
from osler.foundation.directory.models import Practitioner
from tests.conftest import new_patient, new_portal_actor


@pytest.fixture
def ask(act, dana, dana_patient):
    def opened(subject: str, *, owner=None, by=dana, patient=dana_patient):
        with act(by):
            return open_thread(patient, subject=subject, body="?", owner=owner, actor=by)

    return opened


def subjects(found) -> list[str]:
    return [thread.subject for thread in found]


def test_what_waits_is_ones_own_and_nobodys(act, alice, nina, dana, ask):
    with act(alice):
        own, other = (Practitioner.objects.get(id=actor.practitioner_id) for actor in (alice, nina))
    ask("for anybody")
    ask("for Alice", owner=own)
    ask("for Nina", owner=other)
    with act(alice):
        assert subjects(waiting_threads(alice)) == ["for anybody", "for Alice"]
        assert waiting_count(alice) == 2
    with act(nina):
        assert subjects(waiting_threads(nina)) == ["for anybody", "for Nina"]


def test_answered_and_closed_ones_wait_no_longer(act, alice, ask):
    answered, closed = ask("answered"), ask("closed")
    ask("waits")
    with act(alice):
        send_message(answered, body="Yes.", actor=alice)
        close_thread(closed, actor=alice)
        assert subjects(waiting_threads(alice)) == ["waits"]


@pytest.mark.parametrize("role", ["bob", "lena", "bill", "adam", "petra"])
def test_roles_without_messages_have_nothing_waiting(act, request, role, ask):
    ask("waits")
    actor = request.getfixturevalue(role)
    with act(actor):
        assert waiting_count(actor) == 0


def test_unread_is_what_the_other_side_wrote(act, alice, dana, dora, ask):
    thread = ask("one")
    with act(alice):
        send_message(thread, body="First", actor=alice)
        send_message(thread, body="Second", actor=alice)
        assert unread_count(alice) == 1
        assert [one.unread for one in threads_of(alice)] == [1]
    for actor in (dana, dora):
        with act(actor):
            assert unread_count(actor) == 2
            assert [one.unread for one in threads_of(actor)] == [2]


def test_patients_see_their_own_conversations_only_the_latest_first(act, organization, alice, dana, ask):
    other = new_patient(organization, given="Ann", family="Other")
    ann = new_portal_actor(other, "Ann Other")
    first, _ = ask("first"), ask("second")
    ask("Ann's", by=ann, patient=other)
    with act(alice):
        send_message(first, body="Answer", actor=alice)
    with act(dana):
        assert subjects(threads_of(dana)) == ["first", "second"]
    with act(ann):
        assert subjects(threads_of(ann)) == ["Ann's"]
