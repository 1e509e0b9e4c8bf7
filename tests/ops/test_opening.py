"""The first steps of a clinic that is no demo."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.test import Client, override_settings

from osler.foundation.access.actors import load_actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.access.second_factor import SecondFactorAdapter
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.directory.tenants import tenants
from osler.interop.fhir.operators import operator_of

WORDS = ("Harbor Clinic", "--administrator", "Head@Harbor.test", "--name", "Ada Head")
PASSWORD = "a-sound-password-for-harbor"
pytestmark = pytest.mark.django_db


def opened(*words: str) -> str:
    out = StringIO()
    call_command("open", *(words or WORDS), stdout=out)
    return out.getvalue()


def counts() -> tuple[int, int, int]:
    with acting(operator_of("Harbor Clinic")):
        held = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, ended_at=None).count()
        return len(tenants()), Location.objects.count(), held


def test_the_administrator_follows_the_link_and_is_let_in() -> None:
    said = opened()
    path = next(word for word in said.split() if word.startswith("http")).partition("//")[2].partition("/")[2]
    client = Client()
    form = client.get(f"/{path}", follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    found = load_actor(User.objects.get(email="head@harbor.test").pk)

    assert done.status_code == 302
    assert User.objects.get(email="head@harbor.test").check_password(PASSWORD)
    assert found is not None
    assert found[0].roles == frozenset({Role.ADMINISTRATOR})
    assert "signs in with the password that is set" in opened()


@override_settings(DEMO=False)
def test_the_second_step_is_asked_for_and_can_be_set_up() -> None:
    opened()
    user = User.objects.get(email="head@harbor.test")
    user.set_password(PASSWORD)
    user.save()
    client = Client()
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    asked = client.get("/home/", follow=True)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    for _ in range(2):  # half a minute may end between the code and its use
        code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
        done = client.post("/accounts/2fa/totp/activate/", {"code": code})
        if done.status_code == 302:
            break
    kept = Authenticator.objects.get(user=user, type="totp").data["secret"]

    assert asked.redirect_chain == [("/accounts/2fa/", 302)]
    assert "First set up a second step" in asked.content.decode()
    assert done.status_code == 302
    assert client.get("/home/").status_code == 200
    assert secret not in kept
    assert SecondFactorAdapter().decrypt(kept) == secret


def test_a_second_time_changes_nothing() -> None:
    opened()
    before = counts()

    assert "http" in opened()
    assert counts() == before == (len(tenants()), 1, 1)


def test_another_address_is_another_administrator() -> None:
    opened()
    opened("Harbor Clinic", "--administrator", "second@harbor.test", "--name", "Ben Second")

    assert counts()[2] == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((*WORDS, "--zone", "Mars/Olympus"), "no time zone Mars/Olympus"),
        (
            ("Harbor Clinic", "--administrator", "nobody", "--name", "Ada Head"),
            "“nobody” is no e-mail address",
        ),
        (("  ", "--administrator", "head@harbor.test", "--name", "Ada Head"), "have names"),
    ],
)
def test_a_slip_of_the_pen_opens_nothing(words: tuple[str, ...], said: str) -> None:
    before = tenants(), User.objects.count()

    with pytest.raises(CommandError, match=said):
        opened(*words)

    assert (tenants(), User.objects.count()) == before
