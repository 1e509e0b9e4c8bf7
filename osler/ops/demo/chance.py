"""Seeded chance and the word lists that it draws from."""

import csv
from functools import cache
from pathlib import Path
from random import Random

DATA = Path(__file__).with_name("data")


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of our data files."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


class Chance(Random):
    """A generator that says what happens how often."""

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share
