"""The same form twice is done once, also where a part of the page is the answer."""

import pytest

from osler.clinic.records.models import AllergyIntolerance
from osler.kernel.keys import uuid7

PART = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "chart"}


@pytest.fixture
def send(client_of, alice, dana_patient):
    client, key = client_of(alice), str(uuid7())

    def post(words: str = "Latex", **headers):
        data = {"patient": dana_patient.id, "words": words, "idempotency_key": key}
        return client.post(f"/patients/{dana_patient.id}/allergies/", data, **headers)

    return post


@pytest.fixture
def count(act, alice):
    def read() -> int:
        with act(alice):
            return AllergyIntolerance.objects.count()

    return read


def test_a_part_sent_twice_is_done_once_and_the_page_loads_anew(send, count):
    assert send(**PART).status_code == 200
    again = send(**PART)
    assert (again.status_code, again["HX-Refresh"], count()) == (204, "true", 1)


def test_a_page_sent_twice_is_done_once_and_leads_to_the_same_place(send, count):
    first, again = send(), send()
    assert (first.status_code, again.status_code) == (302, 302)
    assert (first["Location"], count()) == (again["Location"], 1)


def test_a_part_that_was_refused_may_be_sent_again_with_its_key(send, count):
    assert send("", **PART).status_code == 422
    assert count() == 0
    assert send(**PART).status_code == 200
    assert count() == 1


def test_other_words_under_the_key_of_a_done_part_are_refused(send, count):
    send(**PART)
    assert send("Nuts", **PART).status_code == 422
    assert count() == 1
