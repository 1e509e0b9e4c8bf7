"""The same form twice is done once, also where a part of the page is the answer."""

import re

import pytest
from django.test import Client

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


def test_the_browser_is_told_which_form_was_taken_and_not_which_was_refused(client_of, alice, dana_patient):
    key = str(uuid7())
    client, data = client_of(alice), {"patient": dana_patient.id, "words": "", "idempotency_key": key}
    address = f"/patients/{dana_patient.id}/allergies/"
    assert "osler_done" not in client.post(address, data).cookies
    taken, again = (client.post(address, data | {"words": "Latex"}) for _ in range(2))
    assert (taken.cookies["osler_done"].value, again.cookies["osler_done"].value) == (key, key)
    for odd in ("one", "x" * 36, "a;b"):
        answer = client.post(address, data | {"words": f"Nuts {odd}", "idempotency_key": odd})
        assert "osler_done" not in answer.cookies


def test_each_user_has_a_key_of_his_own_for_drafts_and_nobody_has_none(client_of, alice, nina):
    def keys(client, address="/home/"):
        return re.findall(r'data-draft-key="([^"]*)"', client.get(address).content.decode())

    (mine,), (again,), (other,) = keys(client_of(alice)), keys(client_of(alice)), keys(client_of(nina))
    assert (len(mine), mine) == (44, again)
    assert mine != other
    assert keys(Client(), "/") == []
