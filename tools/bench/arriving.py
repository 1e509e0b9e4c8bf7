"""A file of invented people into an empty clinic: rows a second, and which of the doubles were found."""

import csv
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from osler.kernel import clock
from tools.bench.people_file import people_file
from tools.bench.single import Figure, installation

NAME = "import of patients"
LEAST_RATE, LEAST_RECALL, LEAST_PRECISION = 1000, 0.95, 0.95


def figures(home: Path, *, rows: int) -> list[Figure]:
    """The file is made from a seed; its truth is known."""
    with tempfile.TemporaryDirectory(prefix="arriving-", dir=home) as folder:
        place = Path(folder)
        place.chmod(0o755)
        made = people_file(rows, today=clock.today())
        file, alike = place / "people.csv", place / "alike.csv"
        file.write_text(made.text, encoding="utf-8")
        with installation(place) as environment:
            _osler(environment, "open", "Bench", "--administrator", "admin@bench.test", "--name", "Bench")
            told = _osler(environment, "import-patients", str(file), "--duplicates", str(alike))
            again = _osler(environment, "import-patients", str(file), "--again")
        with alike.open(encoding="utf-8") as lines:
            held = {int(row["Row"]) for row in csv.DictReader(lines)}
    found = held & set(made.doubles)
    recall, precision = len(found) / len(made.doubles), len(found) / len(held)
    rate = int(re.search(r"(\d+) rows/s", told)[1])  # type: ignore[index]
    return [
        Figure(f"{NAME}, {rows:,} rows, a second", f"{rate:,}", "1,000", rate >= LEAST_RATE),
        Figure(f"{NAME}, doubles held", f"{recall:.1%}", "95 %", recall >= LEAST_RECALL),
        Figure(f"{NAME}, of those held doubles", f"{precision:.1%}", "95 %", precision >= LEAST_PRECISION),
        Figure(f"{NAME}, again", again.partition(",")[0], "0 registered", again.startswith("0 registered")),
    ]


def _osler(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "osler", *words],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip().rpartition("\n")[2]
