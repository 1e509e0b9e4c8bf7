"""Django's session interface over our table: hashed keys, realm, idle and absolute time-out.

Times are kept by the server alone (ONC 170.315(d)(5)); no parameter of a request extends them, nor does
keeping something in the session: only `touch` does.
"""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import CreateError, SessionBase, UpdateError
from django.db import DatabaseError, IntegrityError, connection, router, transaction

from osler.foundation.accounts.models import Session
from osler.kernel import clock

# Each page begins with it: written out, it costs a tenth of a query that is built anew.
_LOAD = """
SELECT realm, seen_at, expires_at, data FROM accounts_session
WHERE key_hash = %s AND expires_at > %s AND seen_at > %s
"""


def hash_key(session_key: str) -> str:
    """The stored form of a session key."""
    return hashlib.sha256(session_key.encode()).hexdigest()


class SessionStore(SessionBase):
    """One browser's session."""

    realm: str = Session.Realm.STAFF
    seen_at: Any = None
    expires_at: Any = None

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        now = clock.now()
        idle = now - timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        with connection.cursor() as cursor:
            cursor.execute(_LOAD, [hash_key(self.session_key or ""), now, idle])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        self.realm, self.seen_at, self.expires_at, data = row
        return self.decode(data)

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(key_hash=hash_key(session_key)).exists()

    def create(self) -> None:
        while True:
            self._session_key = self._get_new_session_key()  # type: ignore[attr-defined]
            try:
                self.save(must_create=True)
            except CreateError:
                continue
            self.modified = True
            return

    def save(self, must_create: bool = False) -> None:
        if self.session_key is None:
            self.create()
            return
        data = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        now = clock.now()
        values = {
            "data": self.encode(data),
            "user_id": data.get(SESSION_KEY),
            "realm": self.realm,
        }
        using = router.db_for_write(Session)
        with transaction.atomic(using=using):
            if must_create:
                ends_at = self.expires_at or now + timedelta(hours=settings.SESSION_HOURS)
                self._insert({**values, "seen_at": now, "expires_at": ends_at})
            elif not Session.objects.filter(key_hash=hash_key(self.session_key)).update(**values):
                raise UpdateError

    def _insert(self, values: dict[str, Any]) -> None:
        try:
            with transaction.atomic():
                Session.objects.create(key_hash=hash_key(self.session_key or ""), **values)
        except IntegrityError as error:
            raise CreateError from error
        except DatabaseError as error:
            raise UpdateError from error

    def cycle_key(self) -> None:
        """A new key, as rights rise; who is signed in already gets no more hours by it."""
        if SESSION_KEY not in self:
            self.expires_at = None
        super().cycle_key()

    def flush(self) -> None:
        super().flush()
        self.expires_at = None

    def touch(self) -> None:
        """The person has done something: the idle clock starts anew."""
        self.seen_at = clock.now()
        Session.objects.filter(key_hash=hash_key(self.session_key or "")).update(seen_at=self.seen_at)

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(key_hash=hash_key(key)).delete()

    @classmethod
    def clear_expired(cls) -> None:
        """Remove ended sessions."""
        Session.objects.filter(expires_at__lt=clock.now()).delete()
