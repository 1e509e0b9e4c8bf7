"""Writing to the clinic, from the patient's side."""

import pytest

from osler.clinic.communication.models import Message, Thread
from osler.clinic.communication.threads import close_thread, open_thread, send_message
from osler.kernel.keys import uuid7
from tests.conftest import new_patient, new_portal_actor


@pytest.fixture
def thread(act, alice, dana_patient) -> Thread:
    with act(alice):
        return open_thread(dana_patient, subject="Your result", body="All <b>well</b>", actor=alice)


def test_writing_to_the_clinic(act, alice, portal_of, dana, page, home):
    assert "Nothing written yet." in page("messages/")
    answer = portal_of(dana).post("messages/new/", {"subject": "Refill", "body": "Please"})
    with act(alice):
        thread = Thread.objects.get()
        assert (thread.subject, thread.waits_for_clinic) == ("Refill", True)
    assert answer.url == f"{home}messages/{thread.id}/"
    assert "Please" in page(f"messages/{thread.id}/")


def test_the_same_form_twice_is_one_message(act, alice, portal_of, dana):
    client, data = portal_of(dana), {"subject": "Refill", "body": "Please", "idempotency_key": str(uuid7())}
    first, second = (client.post("messages/new/", data) for _ in range(2))
    assert first.url == second.url
    with act(alice):
        assert Message.objects.count() == 1


def test_an_empty_message_is_refused_and_a_long_one_kept(act, alice, portal_of, dana):
    client = portal_of(dana)
    empty = client.post("messages/new/", {"subject": "Refill", "body": " "})
    assert empty.status_code == 422
    assert "Please write something first." in empty.content.decode()
    assert 'value="Refill"' in empty.content.decode()
    long = client.post("messages/new/", {"subject": "Refill", "body": "word " * 1500})
    assert long.status_code == 422
    assert "word word" in long.content.decode()
    with act(alice):
        assert Thread.objects.count() == 0


def test_reading_takes_the_badge_away_and_text_stays_text(page, thread):
    assert '<span class="portal-count">1</span>' in page("messages/")
    text = page(f"messages/{thread.id}/")
    assert "All &lt;b&gt;well&lt;/b&gt;" in text
    assert "portal-count" not in page("messages/")


def test_answering(act, alice, portal_of, dana, page, thread):
    client = portal_of(dana)
    assert client.post(f"messages/{thread.id}/", {"body": "Thank you"}).status_code == 302
    with act(alice):
        assert Thread.objects.get().waits_for_clinic is True
    refused = client.post(f"messages/{thread.id}/", {"body": ""})
    assert refused.status_code == 422
    assert "Thank you" in refused.content.decode()


def test_a_closed_conversation_offers_a_new_one(act, alice, portal_of, dana, page, thread):
    with act(alice):
        close_thread(thread, actor=alice)
    text = page(f"messages/{thread.id}/")
    assert "This conversation is closed." in text
    assert "<textarea" not in text
    answer = portal_of(dana).post(f"messages/{thread.id}/", {"body": "One thing more"})
    assert answer.status_code == 409
    with act(alice):
        assert Message.objects.count() == 1


def test_conversations_of_others_are_not_there(organization, portal_of, thread):
    ann = new_portal_actor(new_patient(organization, given="Ann", family="Other"), "Ann Other")
    client = portal_of(ann)
    assert client.get(f"messages/{thread.id}/").status_code == 404
    assert client.post(f"messages/{thread.id}/", {"body": "Hello"}).status_code == 404
    assert "Your result" not in client.get("messages/").content.decode()


def test_a_proxy_reads_and_answers(act, alice, portal_of, dora, thread):
    client = portal_of(dora)
    assert "All &lt;b&gt;well" in client.get(f"messages/{thread.id}/").content.decode()
    client.post(f"messages/{thread.id}/", {"body": "Dora here"})
    with act(alice):
        assert Message.objects.order_by("-sent_at").first().author_name == "Dora Rivera"


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_however_long(
    act, alice, portal_of, dana, dana_patient, count, django_assert_max_num_queries
):
    with act(alice):
        for number in range(count):
            thread = open_thread(dana_patient, subject=f"Number {number}", body="Words", actor=alice)
            send_message(thread, body="More", actor=alice)
    client = portal_of(dana)
    client.get("messages/")
    with django_assert_max_num_queries(12):
        client.get("messages/")
