"""No page tells whether an address is known: same status, length and body (A21)."""

import re

import pytest
from django.core import mail
from django.test import Client

from osler.foundation.accounts.models import User
from tests.conftest import PASSWORD, new_organization

UNKNOWN, KNOWN = "nobody.at.all@clinic.test", "known.to.them@clinic.test"
KINDS = ["staff", "patient", "closed", "without password", "in two clinics", "with a second step"]


@pytest.fixture
def known(request, db, alice, dana) -> str:
    """An address that somebody has, in every way one may have it."""
    assert len(UNKNOWN) == len(KNOWN)
    kind = request.param
    user = User.objects.get(pk=(dana if kind == "patient" else alice).user_id)
    user.email, user.is_active = KNOWN, kind != "closed"
    if kind == "without password":
        user.set_unusable_password()
    user.save()
    if kind == "in two clinics":
        there = new_organization("Other Clinic").id
        User.objects.create_user(KNOWN, PASSWORD + "!", name="Alice", organization_id=there)
    return kind


def told(path: str, email: str, **fields: str) -> tuple:
    """All that the sender of a form is told, with what is new in each answer taken out."""
    answer = Client().post(path, {**fields, **{name: email for name in ("login", "email")}}, follow=True)
    body = answer.content.decode().replace(email, "the address")
    body = re.sub(r'(name="csrfmiddlewaretoken" value|name="csrf" content)="\w+"', "token", body)
    body = re.sub(r'"(request_options|challenge)": ?.*', "", body)
    cookies = sorted(answer.cookies.keys())
    body = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "reference", body)
    timed = ("X-Request-Id", "Expires")
    headers = {name: value for name, value in answer.headers.items() if name not in timed}
    return answer.status_code, answer.redirect_chain, len(answer.content), body, cookies, headers


@pytest.mark.parametrize("known", KINDS, indirect=True)
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/", {"password": "wrong"}),
        ("/", {"password": ""}),
        ("/accounts/login/", {"password": "wrong", "next": "/home/"}),
        ("/accounts/password/reset/", {}),
        ("/accounts/signup/", {"password1": PASSWORD}),
    ],
    ids=["door", "door, empty", "library", "reset", "sign-up"],
)
def test_known_and_unknown_are_told_the_same(known, path, fields):
    assert told(path, KNOWN, **fields) == told(path, UNKNOWN, **fields)
    again = told(path, KNOWN.upper(), **fields)
    assert again == told(path, UNKNOWN.upper(), **fields)


@pytest.mark.parametrize("known", KINDS, indirect=True)
def test_only_the_mailbox_learns_more(known):
    for email in (KNOWN, UNKNOWN):
        Client().post("/accounts/password/reset/", {"email": email})
    assert {one.to[0] for one in mail.outbox} == {KNOWN, UNKNOWN}


@pytest.mark.parametrize("known", KINDS, indirect=True)
def test_twelve_tries_are_told_the_same(known):
    tries = {email: [told("/", email, password="wrong") for _ in range(12)] for email in (KNOWN, UNKNOWN)}
    assert tries[KNOWN] == tries[UNKNOWN]
