"""What a person needs to pass the second step in a test."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from osler.foundation.accounts.models import User
from tests.conftest import PASSWORD


def enroll(user: User) -> str:
    """Give somebody an app with codes; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def enroll_recovery(user: User) -> list[str]:
    """Give somebody recovery codes."""
    return RecoveryCodes.activate(user).generate_codes()


def code_of(secret: str) -> str:
    """What the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def wrong_codes(secret: str, count: int) -> list[str]:
    """Codes that the app shows at no moment of these hours."""
    now = int(time.time()) // 30
    right = {format_hotp_value(hotp_value(secret, now + step)) for step in range(-5, 500)}
    found = (f"{number:06}" for number in range(1_000_000))
    return [code for _, code in zip(range(count), (one for one in found if one not in right), strict=False)]


def at_second_step(user: User, password: str = PASSWORD, **extra: Any) -> Client:
    """Somebody whose password was right and who is asked for a code."""
    client = Client(**extra)
    answer = client.post("/", {"login": user.email, "password": password})
    assert answer.headers["Location"].startswith("/accounts/2fa/authenticate/"), answer.headers
    return client


def authenticators(user: User) -> set[str]:
    """The kinds of second factor that somebody has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
