"""Given names and what people of that name are called (nicknames.csv)."""

import csv
from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from osler.kernel.names import fold

SOURCE = Path(__file__).with_name("nicknames.csv")


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = defaultdict(set)
    with SOURCE.open(newline="", encoding="utf-8") as lines:
        for name, *called in csv.reader(lines):
            family = {fold(name), *(fold(one) for one in called if one)}
            for one in family:
                known[one] |= family - {one}
    return {name: frozenset(others) for name, others in known.items()}


def other_names(word: str) -> frozenset[str]:
    """What somebody called this may be called elsewhere: Bill gives William, Will and so on."""
    return _table().get(word, frozenset())
