"""Doing it again: when the database gave way to somebody else, nothing was done and we try anew."""

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError

Result = TypeVar("Result")
# PostgreSQL error codes: serialization_failure, deadlock_detected.
GAVE_WAY = frozenset({"40001", "40P01"})
MOST_ATTEMPTS = 4


def gave_way(error: BaseException) -> bool:
    """Whether the database undid this transaction in favor of another one."""
    return getattr(error.__cause__ or error, "sqlstate", "") in GAVE_WAY


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
