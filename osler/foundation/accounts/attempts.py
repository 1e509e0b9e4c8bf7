"""Guessing does not work (A20): tries are counted before anything is compared, in the database.

One statement counts, so no two processes, and no two requests at once, share a try. What was tried
is kept as a hash, for addresses that nobody has as for those that somebody has (A21).
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from django.db import connection
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.foundation.accounts.models import Attempt
from osler.kernel import clock
from osler.kernel.errors import Refusal

KEPT = timedelta(days=30)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)
_COUNT = """
INSERT INTO accounts_attempt AS known (key_hash, tries, since, latest_at)
VALUES (%(key)s, 1, %(now)s, %(now)s)
ON CONFLICT (key_hash) DO UPDATE SET
    tries = CASE WHEN known.since <= %(old)s THEN 1 ELSE known.tries + 1 END,
    since = CASE WHEN known.since <= %(old)s THEN %(now)s ELSE known.since END,
    latest_at = %(now)s
RETURNING tries
"""


class TooManyTries(Refusal):
    """So many tries have failed that none is looked at for a while."""

    code: ClassVar[str] = "too-many-tries"
    status: ClassVar[int] = 429
    message = _("There were too many tries. Wait ten minutes.")


@dataclass(frozen=True)
class Limit:
    """So many tries within so long; without a time, since the last that was right (NIST 800-63B-4, 3.2.2)."""

    name: str
    tries: int
    words: str | Promise
    within: timedelta | None = None

    def count(self, subject: str) -> None:
        """Count one more try, before it is made; raise TooManyTries if there are too many."""
        now = clock.now()
        old = now - self.within if self.within else LONG_AGO
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, {"key": self._key(subject), "now": now, "old": old})
            (tries,) = cursor.fetchone() or (0,)
        if tries > self.tries:
            raise TooManyTries(self.words)

    def forget(self, subject: str) -> None:
        """A try was right, or what is guessed at is another now."""
        Attempt.objects.filter(key_hash=self._key(subject)).delete()

    def is_reached(self, subject: str) -> bool:
        """Whether the next try would be refused."""
        return Attempt.objects.filter(key_hash=self._key(subject), tries__gte=self.tries).exists()

    def _key(self, subject: str) -> str:
        return hashlib.sha256(f"{self.name}\n{subject}".encode()).hexdigest()


TEN_MINUTES = timedelta(minutes=10)
PASSWORD_HERE = Limit(
    "password here",
    10,
    _(
        "For safety, signing in with this address is closed for ten minutes on this network. Wait, or sign in"
        " with your passkey. If this was not you, tell your administrator."
    ),
    TEN_MINUTES,
)
PASSWORD = Limit(
    "password",
    100,
    _(
        "After a hundred wrong tries the password of this address is no longer taken. Sign in with your"
        " passkey, or set a new password: ask your administrator for a link, or have one sent."
    ),
)
CODE_NOW = Limit(
    "code now",
    5,
    _("Five codes were wrong. For safety no other is looked at for ten minutes. A passkey works at once."),
    TEN_MINUTES,
)
CODE = Limit(
    "code",
    100,
    _(
        "After a hundred wrong tries no code is taken any more. Sign in with your passkey, or ask your"
        " administrator to reset your second step."
    ),
)


def password_subject(email: str) -> str:
    """What tries of a password are counted by: the address as typed, known or not."""
    return email.strip().lower()


def count_password_try(email: str, address: str) -> None:
    """One more password for an e-mail address, from a network address."""
    PASSWORD_HERE.count(f"{password_subject(email)}\n{address}")
    PASSWORD.count(password_subject(email))


def forget_password_tries(email: str, address: str = "") -> None:
    """The password was right, or is a new one."""
    PASSWORD.forget(password_subject(email))
    if address:
        PASSWORD_HERE.forget(f"{password_subject(email)}\n{address}")


def count_code_try(user_id: object) -> None:
    """One more code of a second factor."""
    CODE_NOW.count(str(user_id))
    CODE.count(str(user_id))


def forget_code_tries(user_id: object) -> None:
    """The code was right, or the second factor is another."""
    CODE_NOW.forget(str(user_id))
    CODE.forget(str(user_id))


def forget_old_attempts() -> None:
    """Remove what no limit counts any more."""
    Attempt.objects.filter(latest_at__lte=clock.now() - KEPT).delete()
