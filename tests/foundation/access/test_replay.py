"""A cookie from before is worth nothing after sign-in, second step, new password and sign-out (A17)."""

import re

import pytest
import time_machine
from django.test import Client

from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import Session, User
from osler.foundation.accounts.session_store import SessionStore
from tests.conftest import PASSWORD, new_actor
from tests.foundation.access.second_steps import at_second_step, code_of, enroll

NEW = "a-new-and-sound-password"


def user_of(actor) -> User:
    return User.objects.get(pk=actor.user_id)


def key_of(client: Client) -> str:
    return client.cookies["osler_staff"].value


def opens(key: str) -> bool:
    client = Client()
    client.cookies["osler_staff"] = key
    return client.get("/home/").status_code == 200


def signed_in_by_hand(user: User) -> Client:
    client = Client()
    assert client.post("/", {"login": user.email, "password": PASSWORD}).status_code == 302
    return client


def test_a_planted_cookie_does_not_become_a_session(alice):
    """Fixation: whatever key a browser comes with, signing in makes another."""
    user = user_of(alice)
    nobodys = SessionStore()
    nobodys["something"] = 1
    nobodys.save()
    for key in (nobodys.session_key or "", "x" * 32, ""):
        victim = Client()
        victim.cookies["osler_staff"] = key
        victim.post("/", {"login": user.email, "password": PASSWORD})
        assert key_of(victim) != key
        assert opens(key_of(victim))
        assert not opens(key)


def test_the_second_step_makes_a_new_session(alice):
    user = user_of(alice)
    secret = enroll(user)
    client = at_second_step(user)
    before = key_of(client)
    assert not opens(before)
    assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
    assert opens(key_of(client))
    assert not opens(before)
    assert Session.objects.filter(user=user).count() == 1


def test_setting_up_a_second_step_makes_a_new_session_that_ends_when_the_old_would(live_clinic):
    user = user_of(new_actor(live_clinic.organization, Role.PHYSICIAN, "Alice Bell"))
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as now:
        client = signed_in_by_hand(user)
        before, ends_at = key_of(client), Session.objects.get(user=user).expires_at
        now.shift(120)
        client.post("/accounts/reauthenticate/", {"password": PASSWORD})
        page = client.get("/accounts/2fa/totp/activate/")
        code = {"code": code_of(page.context["form"].secret)}
        assert client.post("/accounts/2fa/totp/activate/", code).status_code == 302
        assert opens(key_of(client))
        assert not opens(before)
        assert Session.objects.get(user=user).expires_at == ends_at


def test_a_new_password_ends_every_other_session(alice, client_of):
    user = user_of(alice)
    client, elsewhere = signed_in_by_hand(user), client_of(alice)
    before = key_of(client)
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert client.post("/accounts/password/change/", fields).status_code == 302
    assert opens(key_of(client))
    assert not opens(before)
    assert not opens(key_of(elsewhere))


@pytest.mark.parametrize("who", ["alice", "dana"])
def test_sign_out_ends_it_on_the_server(request, client_of, who):
    client = client_of(request.getfixturevalue(who))
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    client.post("/accounts/logout/")
    replayed = Client()
    for name, value in cookies.items():
        replayed.cookies[name] = value
    answer = replayed.get("/portal/" if who == "dana" else "/home/")
    assert answer.headers["Location"].startswith("/?next=")
    assert not Session.objects.exists()


def test_the_key_of_one_realm_opens_nothing_in_the_other(client_of, alice, dana):
    staff, portal = client_of(alice), client_of(dana)
    swapped = Client()
    swapped.cookies["osler_staff"] = portal.cookies["osler_portal"].value
    swapped.cookies["osler_portal"] = staff.cookies["osler_staff"].value
    assert swapped.get("/home/").status_code != 200
    assert swapped.get(f"/portal/{dana.patient_id}/").status_code != 200


def test_keys_have_128_bits_and_more(alice):
    keys = {key_of(signed_in_by_hand(user_of(alice))) for _ in range(20)}
    assert len(keys) == 20
    assert all(re.fullmatch("[a-z0-9]{32}", key) for key in keys)  # 32 * log2(36) = 165 bits
