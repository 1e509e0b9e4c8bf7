"""Django's cache in a table, for what all processes must know together: rates, and codes that were used.

It counts nothing and throws nothing out before its time, so that nobody makes it forget by filling it.
Values are JSON: whatever stands in the table, reading it runs nothing.
"""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import connection
from django.db.models import Q, QuerySet

from osler.foundation.accounts.models import CacheEntry
from osler.kernel import clock

_SET = """
INSERT INTO accounts_cacheentry AS known (key_hash, value, expires_at) VALUES (%s, %s, %s)
ON CONFLICT (key_hash) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at
"""
_ADD = f"{_SET} WHERE known.expires_at <= %s RETURNING true"


class SharedCache(BaseCache):
    """The default cache of every process."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        with connection.cursor() as cursor:
            row = [self._hash(key, version), json.dumps(value), self._end(timeout)]
            cursor.execute(_ADD, [*row, clock.now()])
            return cursor.fetchone() is not None

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        entry = self._living().filter(key_hash=self._hash(key, version)).first()
        return default if entry is None else json.loads(entry.value)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_SET, [self._hash(key, version), json.dumps(value), self._end(timeout)])

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        entries = self._living().filter(key_hash=self._hash(key, version))
        return entries.update(expires_at=self._end(timeout)) > 0

    def delete(self, key: Any, version: Any = None) -> bool:
        return CacheEntry.objects.filter(key_hash=self._hash(key, version)).delete()[0] > 0

    def clear(self) -> None:
        CacheEntry.objects.all().delete()

    def _hash(self, key: Any, version: Any) -> str:
        return hashlib.sha256(self.make_key(str(key), version).encode()).hexdigest()

    def _end(self, timeout: Any) -> datetime | None:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return None if seconds is None else clock.now() + timedelta(seconds=seconds)

    def _living(self) -> QuerySet[CacheEntry]:
        return CacheEntry.objects.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))


def forget_expired() -> None:
    """Remove what nobody remembers any more."""
    CacheEntry.objects.filter(expires_at__lte=clock.now()).delete()
