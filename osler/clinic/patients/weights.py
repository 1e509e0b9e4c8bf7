"""What each level of likeness weighs: shipped with the program, or learnt by the clinic.

A weight is the base-2 logarithm of how much more often a field agrees in this way in records of
one person than in records of two (Fellegi and Sunter, 1969). "prior" is the weight that a pair has
before anything is compared: of all pairs that share a search token, about one in 2**9 is one person.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

from django.utils.functional import Promise

from osler.clinic.patients.likeness import TEXTS
from osler.clinic.patients.models import MatchWeight
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

SOURCE = Path(__file__).with_name("weights.csv")
PRIOR = "prior"
HOUSEHOLD = frozenset({"phone", "email", "address"})
"""What people who live together share: of these the one that speaks most for one person counts alone."""
_SHARED = tuple(f"{field}." for field in HOUSEHOLD)

Weights = Mapping[str, float]


@dataclass(frozen=True)
class Reason:
    """What speaks for or against two records being one person."""

    level: str
    weight: float

    @property
    def field(self) -> str:
        return self.level.partition(".")[0]

    @property
    def text(self) -> str | Promise:
        return TEXTS[self.level]

    @property
    def speaks_for(self) -> bool:
        """Whether it makes one person likelier."""
        return self.weight > 0


@lru_cache(maxsize=1)
def shipped_weights() -> Weights:
    """The weights of a clinic that has learnt none."""
    with SOURCE.open(newline="", encoding="utf-8") as lines:
        return MappingProxyType({row["level"]: float(row["weight"]) for row in csv.DictReader(lines)})


def weights_of(actor: Actor) -> Weights:
    """The weights of the actor's clinic: as shipped, but for what it has learnt.

    One small statement for each look, so that what was learnt holds from the next look on.
    """
    learnt = scoped(MatchWeight, actor).values_list("level", "weight")
    return {**shipped_weights(), **{level: float(weight) for level, weight in learnt}}


def kept(weight: float) -> Decimal:
    """A weight as it is stored."""
    return Decimal(str(round(weight, 2)))


def weight_of(levels: Iterable[str], weights: Weights) -> float:
    """The weight of a pair in which these levels were found."""
    shared, alone = 0.0, 0.0
    for level in levels:
        weight = weights[level]
        if weight > 0 and level.startswith(_SHARED):
            shared = max(shared, weight)
        else:
            alone += weight
    return weights[PRIOR] + shared + alone


def reasons_of(levels: Iterable[str], weights: Weights) -> tuple[Reason, ...]:
    """What each level contributes to it."""
    return tuple(Reason(level, weights[level]) for level in levels)
