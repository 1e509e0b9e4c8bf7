"""Reading the CSV files in `data/`."""

import csv
import hashlib
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).with_name("data")


def rows(name: str) -> Iterator[dict[str, str]]:
    """The lines of one data file as dictionaries by column; absent cells are empty."""
    with (FOLDER / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            yield {column: (cell or "").strip() for column, cell in row.items()}


def words_of(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds several, parted by `|`."""
    return tuple(entry for part in cell.split("|") if (entry := part.strip()))


def digest(*names: str) -> str:
    """A fingerprint of data files, by which a load knows that nothing has changed."""
    total = hashlib.sha256()
    for name in names:
        total.update((FOLDER / f"{name}.csv").read_bytes())
    return total.hexdigest()
