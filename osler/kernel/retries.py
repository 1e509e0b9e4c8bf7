"""Doing it again: when the database gave way to somebody else, nothing was done and we try anew."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError

Result = TypeVar("Result")
# PostgreSQL error codes: serialization_failure, deadlock_detected.
GAVE_WAY = frozenset({"40001", "40P01"})
# admin_shutdown, crash_shutdown, cannot_connect_now, too_many_connections; class 08 beside them.
AWAY = frozenset({"57P01", "57P02", "57P03", "53300"})
MOST_ATTEMPTS = 4


def gave_way(error: BaseException) -> bool:
    """Whether the database undid this transaction in favor of another one."""
    return getattr(error.__cause__ or error, "sqlstate", "") in GAVE_WAY


def is_away(error: BaseException | None) -> bool:
    """Whether the database was not there: what was sent last may have been kept or not."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__ or error, "sqlstate", None) or ""
    return not state or state in AWAY or state.startswith("08")


def until_done(work: Callable[[], Result]) -> Result:
    """Do a whole transaction, again if the database gave way; `work` must have no other effects."""
    for attempt in range(1, MOST_ATTEMPTS):
        try:
            return work()
        except OperationalError as error:
            if not gave_way(error):
                raise
            time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311  no secret
    return work()
