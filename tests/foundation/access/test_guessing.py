"""Neither passwords nor codes can be guessed, and no guessing locks a clinic out (A18, A20).

Twenty tries where five are taken; with OSLER_FULL=1 the hundred that were promised.
"""

from collections import Counter

import pytest
import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client, override_settings

from osler.foundation.access.roles import Role
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.attempts import CODE, PASSWORD
from osler.foundation.accounts.models import Session, User
from tests.conftest import PASSWORD as RIGHT
from tests.conftest import new_actor
from tests.environment import FULL
from tests.foundation.access.second_steps import (
    at_second_step,
    code_of,
    enroll,
    enroll_recovery,
    wrong_codes,
)

TRIES = 100 if FULL else 20
NEW = "a-new-and-sound-password"
pytestmark = pytest.mark.django_db


@pytest.fixture
def looked_at(monkeypatch) -> Counter[str]:
    """How often each verifier has compared a code."""
    seen: Counter[str] = Counter()
    for kind in (TOTP, RecoveryCodes):
        compare = kind.validate_code

        def counted(self, code, compare=compare, name=kind.__name__):
            seen[name] += 1
            return compare(self, code)

        monkeypatch.setattr(kind, "validate_code", counted)
    return seen


def user_of(actor) -> User:
    return User.objects.get(pk=actor.user_id)


def tried(email: str, password: str, address: str = "198.51.100.1") -> int:
    return Client(REMOTE_ADDR=address).post("/", {"login": email, "password": password}).status_code


def enters(user: User, client: Client) -> bool:
    return Session.objects.filter(user=user).exists() and client.get("/home/").status_code == 200


@pytest.mark.parametrize("each", [TRIES, 10, 1], ids=["one sitting", "ten a sitting", "one a sitting"])
def test_of_many_wrong_codes_five_are_looked_at(alice, looked_at, each):
    user = user_of(alice)
    codes = wrong_codes(enroll(user), TRIES)
    answers: Counter[int] = Counter()
    with time_machine.travel("2026-03-02 09:00Z", tick=False):
        for start in range(0, TRIES, each):
            client = at_second_step(user, REMOTE_ADDR=f"198.51.100.{start}")
            for code in codes[start : start + each]:
                answers[client.post("/accounts/2fa/authenticate/", {"code": code}).status_code] += 1
    assert looked_at == {"TOTP": 5}
    assert answers == {200: 5, 429: TRIES - 5}
    assert not Session.objects.filter(user=user).exists()


def test_recovery_codes_and_those_of_the_app_are_counted_together(alice, looked_at):
    user = user_of(alice)
    codes = wrong_codes(enroll(user), TRIES)
    enroll_recovery(user)
    client = at_second_step(user)
    for code in codes:
        client.post("/accounts/2fa/authenticate/", {"code": code if int(code) % 2 else code * 2})
    assert looked_at == {"TOTP": 5, "RecoveryCodes": 5}


def test_codes_of_somebody_signed_in_are_counted_with_the_others(alice, client_of, looked_at):
    user = user_of(alice)
    secret = enroll(user)
    codes = wrong_codes(secret, 10)
    with time_machine.travel("2026-03-02 09:00Z", tick=False):
        signed_in = client_of(alice)
        for code in codes:
            signed_in.post("/accounts/2fa/reauthenticate/", {"code": code})
        refused = at_second_step(user).post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert looked_at == {"TOTP": 5}
    assert refused.status_code == 429
    assert "ten minutes" in refused.content.decode()


def test_after_ten_minutes_the_right_code_is_taken_and_the_count_begins_anew(alice):
    user = user_of(alice)
    secret = enroll(user)
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as now:
        client = at_second_step(user)
        for code in wrong_codes(secret, 8):
            client.post("/accounts/2fa/authenticate/", {"code": code})
        assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 429
        now.shift(601)
        assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
        assert enters(user, client)
        now.shift(30)
        again = at_second_step(user)
        for code in wrong_codes(secret, 4):
            again.post("/accounts/2fa/authenticate/", {"code": code})
        assert again.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302


def test_a_code_is_taken_once_in_whatever_process(alice):
    user = user_of(alice)
    secret = enroll(user)
    with time_machine.travel("2026-03-02 09:00Z", tick=False):
        first, second = at_second_step(user), at_second_step(user)
        assert first.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302
        assert second.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 200
    assert Session.objects.filter(user=user).count() == 1


def test_after_a_hundred_wrong_codes_none_is_taken_until_somebody_resets(alice, looked_at):
    user = user_of(alice)
    secret = enroll(user)
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as now:
        client = at_second_step(user)
        for _ in range(90):
            CODE.count(str(user.pk))
        for code in wrong_codes(secret, 15):
            client.post("/accounts/2fa/authenticate/", {"code": code})
            now.shift(121)  # never five in ten minutes
            client = at_second_step(user)
        assert looked_at["TOTP"] == 10
        assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 429
        now.shift(24 * 3600)
        refused = at_second_step(user).post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
        assert "administrator" in refused.content.decode()
        CODE.forget(str(user.pk))
        client = at_second_step(user)
        assert client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)}).status_code == 302


@pytest.mark.parametrize("path", ["/", "/accounts/login/"])
def test_one_person_at_one_address_is_stopped_and_the_clinic_behind_it_goes_on(organization, alice, path):
    """Whatever one of them does, each colleague on the same address signs in."""
    colleagues = [new_actor(organization, Role.NURSE, f"Nurse{number} Cole") for number in range(6)]
    email, answers = user_of(alice).email, Counter()
    for number in range(60):
        fields = {"login": email if number % 2 else f"{number}@nowhere.test", "password": "wrong"}
        answers[Client().post(path, fields).status_code] += 1
    assert answers == {200: 10 + 30, 429: 20}
    assert tried(email, RIGHT, "127.0.0.1") == 429
    for colleague in colleagues:
        assert Client().post(path, {"login": user_of(colleague).email, "password": RIGHT}).status_code == 302
    assert tried(email, RIGHT) == 302  # from elsewhere


def test_the_soft_lock_ends_after_ten_minutes_and_the_right_password_before_it_clears(alice):
    email = user_of(alice).email
    with time_machine.travel("2026-03-02 09:00Z", tick=False) as now:
        assert [tried(email, "wrong") for _ in range(9)] == [200] * 9
        assert tried(email, RIGHT) == 302
        assert [tried(email, "wrong") for _ in range(11)] == [200] * 10 + [429]
        assert tried(email, RIGHT) == 429
        now.shift(601)
        assert tried(email, RIGHT) == 302


def test_passwords_typed_again_when_signed_in_are_counted_too(alice, client_of):
    client, answers = client_of(alice), Counter()
    for _ in range(30):
        answers[client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code] += 1
    assert answers == {200: 10, 429: 20}
    assert tried(user_of(alice).email, RIGHT, "127.0.0.1") == 429


def locked(email: str) -> None:
    for _ in range(95):
        PASSWORD.count(email)
    for number in range(6):
        tried(email, "wrong", f"203.0.113.{number}")
    refused = Client().post("/", {"login": email, "password": RIGHT})
    assert refused.status_code == 429
    assert str(PASSWORD.words)[:30] in refused.content.decode()


def test_a_hundred_from_anywhere_close_the_password_until_it_is_a_new_one(alice):
    user = user_of(alice)
    locked(user.email)
    with time_machine.travel("2026-03-09 09:00Z"):
        assert tried(user.email, RIGHT) == 429

    client = Client()
    form = client.get(password_path(user), follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert tried(user.email, RIGHT) == 200
    assert tried(user.email, NEW) == 302


def test_whoever_is_closed_out_may_have_a_link_sent(alice):
    user = user_of(alice)
    locked(user.email)
    Client().post("/accounts/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    client = Client()
    form = client.get(link.partition("testserver")[2], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
    assert tried(user.email, NEW) == 302


def test_an_address_that_nobody_has_is_closed_like_any_other(alice):
    for email in (user_of(alice).email, "nobody@nowhere.test"):
        assert [tried(email, "wrong") for _ in range(12)] == [200] * 10 + [429] * 2
        for _ in range(88):
            PASSWORD.count(email)
        elsewhere = [tried(email, "wrong", f"203.0.113.{number}") for number in range(4)]
        assert elsewhere == [200, 200, 429, 429]


@override_settings(TRUSTED_PROXIES=())
def test_a_forged_address_gives_no_more_tries(alice):
    answers = Counter(
        Client()
        .post(
            "/",
            {"login": user_of(alice).email, "password": "wrong"},
            headers={"X-Forwarded-For": f"203.0.113.{number}", "X-Real-IP": f"203.0.113.{number}"},
        )
        .status_code
        for number in range(15)
    )
    assert answers == {200: 10, 429: 5}
