"""Outside the demo no way in leads staff past a second step (A18)."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from osler.foundation.access.account_care import hand_over_link, reset_second_step
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.models import Session, User
from tests.access.matrix import reviewed
from tests.conftest import PASSWORD
from tests.foundation.access.second_steps import code_of, enroll

NEW = "a-new-and-sound-password"
SECOND, SET_UP = "/accounts/2fa/authenticate/", "/accounts/2fa/"
OURS = [line for line in reviewed() if not (line.is_fhir or line.is_library or "everybody" in line.roles)]


@pytest.fixture(autouse=True)
def no_demo(settings):
    settings.DEMO = False


def user_of(actor) -> User:
    return User.objects.get(pk=actor.user_id)


def sign_in(client: Client, user: User, password: str = PASSWORD, path: str = "/") -> None:
    client.post(path, {"login": user.email, "password": password, "next": "/home/"})


def follow(client: Client, path: str) -> None:
    form = client.get(path, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})


def by_door(user: User, **_) -> Client:
    client = Client()
    sign_in(client, user)
    return client


def by_library_page(user: User, **_) -> Client:
    client = Client()
    sign_in(client, user, path="/accounts/login/")
    return client


def by_mailed_reset(user: User, **_) -> Client:
    client = Client()
    client.post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    follow(client, link.partition("testserver")[2])
    assert client.get("/home/").status_code == 302
    sign_in(client, user, NEW)
    return client


def by_invitation(user: User, **_) -> Client:
    client = Client()
    follow(client, password_path(user))
    assert client.get("/home/").status_code == 302
    sign_in(client, user, NEW)
    return client


def by_administrators_link(user: User, act, adam, **_) -> Client:
    client = Client()
    with act(adam):
        path = hand_over_link(user, reason="Forgotten", actor=adam)
    follow(client, path)
    sign_in(client, user, NEW)
    return client


def by_forged_trust(user: User, **_) -> Client:
    client = Client()
    client.cookies["mfa_trusted"] = "1:1"
    sign_in(client, user)
    return client


WAYS = [by_door, by_library_page, by_mailed_reset, by_invitation, by_administrators_link, by_forged_trust]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_comes_to_the_second_step(act, adam, alice, way):
    user = user_of(alice)
    secret = enroll(user)
    client = way(user, act=act, adam=adam)
    assert client.get("/home/").status_code == 302
    assert not Session.objects.filter(user=user).exists()
    assert client.post(SECOND, {"code": code_of(secret)}).status_code == 302
    assert client.get("/home/").status_code == 200


@pytest.mark.parametrize("path", ["/accounts/login/code/confirm/", "/accounts/signup/", SECOND, SET_UP])
def test_no_page_of_the_library_lets_anybody_in_by_itself(alice, path):
    user = user_of(alice)
    enroll(user)
    client = Client()
    for fields in ({"email": user.email}, {"code": "123456"}, {"login": user.email, "code": "000000"}, {}):
        client.post(path, {**fields, "password1": NEW, "password2": NEW})
        client.get(path)
    assert client.get("/home/").status_code == 302
    assert not Session.objects.filter(user=user).exists()
    assert User.objects.filter(email=user.email).count() == 1


@pytest.mark.parametrize(
    ("who", "role"), [("alice", "physician"), ("adam", "administrator"), ("bob", "reception")]
)
def test_without_a_second_step_no_page_opens_but_that_to_set_one_up(request, client_of, who, role):
    client, open_to = client_of(request.getfixturevalue(who)), []
    for line in OURS:
        if role not in line.roles or line.route == "/accounts/keep-alive/":
            continue
        for method in sorted(line.methods):
            answer = client.generic(method, line.address)
            if (answer.status_code, answer.headers.get("Location")) != (302, SET_UP):
                open_to.append((method, line.address, answer.status_code))
    assert open_to == []


def test_a_second_step_taken_away_is_wanted_again_at_once(act, adam, alice, client_of):
    user = user_of(alice)
    enroll(user)
    enroll(user_of(adam))
    assert client_of(alice).get("/home/").status_code == 200
    with act(adam):
        reset_second_step(user, reason="Phone lost", actor=adam)
    client = by_door(user)
    assert client.get("/home/").headers["Location"] == SET_UP


def test_changing_the_password_takes_no_second_step_away(alice):
    user = user_of(alice)
    secret = enroll(user)
    client = by_door(user)
    client.post(SECOND, {"code": code_of(secret)})
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post("/accounts/password/change/", fields)
    assert client.get("/home/").status_code == 200
    again = Client()
    sign_in(again, user, NEW)
    assert again.get("/home/").status_code == 302
    assert not Session.objects.filter(user=user).count() > 1


def test_taking_away_ones_own_second_step_wants_it_typed_first(alice, client_of):
    user = user_of(alice)
    enroll(user)
    client = client_of(alice)  # signed in, with no record of a recent code
    answer = client.post(reverse("mfa_deactivate_totp"))
    assert "reauthenticate" in answer.headers["Location"]
    assert user.authenticator_set.count() == 1


def test_patients_may_do_without(dana, client_of):
    assert client_of(dana).get(f"/portal/{dana.patient_id}/").status_code == 200
