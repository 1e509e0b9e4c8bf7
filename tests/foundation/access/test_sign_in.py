"""Guessing is stopped for the name that is guessed at, and for nobody else."""


def email_of(actor):
    from osler.foundation.accounts.models import User

    return User.objects.get(pk=actor.user_id).email


def sign_in(client, email, password, address="192.0.2.7"):
    form = {"login": email, "password": password}
    return client.post("/", form, REMOTE_ADDR=address)
