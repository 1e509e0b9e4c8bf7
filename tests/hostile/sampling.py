"""Which of many like things a run tries."""

import random
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from tests.environment import FULL, RUN

T = TypeVar("T")


def one_of_each(found: Iterable[tuple[str, T]]) -> list[T]:
    """Of what belongs to each route one, chosen by seed; with OSLER_FULL=1 all, for every role."""
    print(f"OSLER_SEED={RUN}")
    if FULL:
        return [one for _, one in found]
    chance, alike = random.Random(RUN), defaultdict[str, list[T]](list)
    for route, one in found:
        alike[route].append(one)
    return [chance.choice(some) for some in alike.values()]
