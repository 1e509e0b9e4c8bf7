"""Guessing is stopped for the name that is guessed at, and for nobody else."""

from django.conf import settings

from tests.conftest import PASSWORD


def email_of(actor):
    from osler.foundation.accounts.models import User

    return User.objects.get(pk=actor.user_id).email


def sign_in(client, email, password, address="192.0.2.7"):
    form = {"login": email, "password": password}
    return client.post("/", form, REMOTE_ADDR=address)


def test_guessing_at_one_name_locks_out_no_other(client, alice, nina):
    guessed = [
        sign_in(client, email_of(alice), f"guess {number}") for number in range(settings.AXES_FAILURE_LIMIT)
    ]

    assert [answer.status_code for answer in guessed[:-1]] == [200] * (settings.AXES_FAILURE_LIMIT - 1)
    assert guessed[-1].status_code == 429
    assert b"Too many tries" in guessed[-1].content
    assert sign_in(client, email_of(alice).upper(), PASSWORD).status_code == 429
    assert sign_in(client, email_of(nina), PASSWORD).url == "/home/"


def test_who_is_guessed_at_signs_in_from_elsewhere(client, alice):
    for number in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, email_of(alice), f"guess {number}")

    assert sign_in(client, email_of(alice), PASSWORD, address="198.51.100.9").url == "/home/"
