"""When something that failed is tried again: soon at first, then with growing pauses, over three days.

The instant is kept with what waits, so a restart neither forgets nor hurries it. A fifth of each pause
is chance: what failed together does not come back together.
"""

import random
from datetime import datetime, timedelta

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440, 1440, 1440))
MOST_ATTEMPTS = len(PAUSES) + 1
SPREAD = 0.2


def next_try(attempts: int, *, now: datetime) -> datetime | None:
    """When to try again after so many attempts have failed; None: give it up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    pause = PAUSES[max(attempts, 1) - 1]
    return now + pause * (1 + SPREAD * random.random())  # noqa: S311 - nobody is to guess it, nor is harmed by it
