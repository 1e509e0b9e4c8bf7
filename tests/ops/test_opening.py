"""The first steps of a clinic that is no demo."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from osler.foundation.access.actors import load_actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.interop.fhir.operators import operator_of, tenants

WORDS = ("Harbor Clinic", "--administrator", "Head@Harbor.test", "--name", "Ada Head")
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
    password = "a-sound-password-for-harbor"
    done = client.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    found = load_actor(User.objects.get(email="head@harbor.test").pk)

    assert done.status_code == 302
    assert User.objects.get(email="head@harbor.test").check_password(password)
    assert found is not None
    assert found[0].roles == frozenset({Role.ADMINISTRATOR})
    assert "signs in with the password that is set" in opened()


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
