"""Patients of the simulated clinic and how they behave: every number here is an assumption, said aloud."""

import math
import random
from dataclasses import dataclass
from enum import StrEnum

PATIENTS = 2_600
BASE = -3.1
"""Log odds of a miss for an average patient who has booked for the same day and got no reminder."""
PER_LEAD = 0.42
"""What each step of log(1 + days between booking and visit) adds."""
SPREAD = 0.9
"""How differently patients are inclined (standard deviation of the log odds)."""
EARLY = 0.35
MONDAY = 0.2
REMINDED = math.log(0.6)
ONE_MORE = math.log(0.75)
"""What the extra reminder of visits at risk does to the odds."""
CONFIRMED = math.log(0.35)
TELLS = 0.35
"""Of those who would miss the visit so many cancel when a reminder asks whether they will come."""
CONFIRMS = 0.5
"""So many of those who are reminded say that they will come, whatever they will do then."""
CANCELS = 0.09
"""So many visits are cancelled at some moment between booking and the day before, whatever is done."""
WANTS_EARLIER = 0.3
"""So many of those who wait for longer than a week would like to come earlier."""
REACHED = 0.8
"""So many read a message while it still counts, and half of those who read take the time if it suits."""
TAKES = 0.5


class Fate(StrEnum):
    """What becomes of a visit."""

    OPEN = "open"
    KEPT = "kept"
    MISSED = "missed"
    CANCELLED = "cancelled"


@dataclass
class Person:
    """A patient: how inclined to miss, when he can come, and his visits so far."""

    number: int
    inclined: float
    weekdays: frozenset[int]
    morning: bool | None
    kept: int = 0
    missed: int = 0


def people(chance: random.Random) -> list[Person]:
    """All of them; few have no wishes at all."""
    found = []
    for number in range(PATIENTS):
        days = frozenset(chance.sample(range(5), chance.choice((2, 3, 5, 5))))
        found.append(Person(number, chance.gauss(0, SPREAD), days, chance.choice((None, None, True, False))))
    return found


def odds(person: Person, *, lead_days: float, weekday: int, hour: int) -> float:
    """Log odds that a visit is missed if nothing is done."""
    return (
        BASE
        + person.inclined
        + PER_LEAD * math.log1p(lead_days)
        + EARLY * (hour < 10)
        + MONDAY * (weekday == 0)
    )


def share(log_odds: float) -> float:
    """The probability."""
    return 1 / (1 + math.exp(-log_odds))
