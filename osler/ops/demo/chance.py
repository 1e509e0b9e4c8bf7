"""Seeded chance and the word lists that it draws from."""

import csv
from datetime import date
from functools import cache
from pathlib import Path
from random import Random

DATA = Path(__file__).with_name("data")


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """The rows of one of our data files."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


@cache
def reasons_at(age: int) -> tuple[dict[str, str], ...]:
    """Why people of an age come."""
    return tuple(row for row in table("reasons") if int(row["from_age"]) <= age <= int(row["to_age"]))


class Chance(Random):
    """A generator that says what happens how often."""

    def happens(self, share: float) -> bool:
        """True in this share of cases."""
        return self.random() < share

    def reason(self, birth_date: date | None, day: date) -> dict[str, str]:
        """Why somebody born then comes on a day."""
        return self.choice(reasons_at((day - birth_date).days // 366 if birth_date else 40))
