"""What is measured once: imports, races for a time, memory, the first answer, pages alone and mixed."""

import gzip
import http.client
import json
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode
from uuid import UUID

import psycopg

from osler.clinic.scheduling.calendars.availability import next_free_slots
from osler.clinic.scheduling.models import Schedule
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.ops.supervisor.cluster import ADMIN, Cluster
from osler.web.workspace.scheduling.slot_choice import token
from tools.bench.building import Facts
from tools.bench.lines import API, bearer, mixed, session_of
from tools.bench.load import NUMBERS, Ask, one_by_one, steady, streams, summed_up

SYNTHEA = Path(__file__).resolve().parents[3] / "shared" / "data" / "fhir" / "synthea"
BUNDLES = 24
CROWD = 50
MIXED_RATE, MIXED_SECONDS = 50, 20


@dataclass(frozen=True)
class Figure:
    """A figure beside what is wanted of it."""

    name: str
    value: str
    wanted: str
    is_met: bool


def is_here() -> bool:
    """Whether the published patients lie beside the checkout."""
    return SYNTHEA.is_dir()


@contextmanager
def installation(home: Path) -> Iterator[dict[str, str]]:
    """An empty installation of its own."""
    environment = {**os.environ, "OSLER_HOME": str(home), "OSLER_DEMO": "1"}
    with Cluster(home).running():
        subprocess.run(
            [sys.executable, "-m", "osler", "migrate", "--verbosity", "0"], env=environment, check=True
        )
        yield environment


def imports(home: Path) -> list[Figure]:
    """The published patients into an empty installation, twice: how fast, how large, how idempotent."""
    with installation(home) as environment:
        before = _size(home)
        first, again = _import(environment), _import(environment)
        grown = (_size(home) - before) / 2**20
    patients = len(list((SYNTHEA / "bundles").iterdir()))
    rate = int(re.search(r"(\d+) resources/s", first)[1])  # type: ignore[index]
    return [
        Figure("import, resources a second", f"{rate:,}", "1,000", rate >= 1000),
        Figure(
            "import again",
            again.partition(";")[0],
            "0 created, 0 changed",
            again.startswith("0 created, 0 changed"),
        ),
        Figure("database a Synthea patient, MB", f"{grown / patients:.2f}", "1.3", grown / patients <= 1.3),
    ]


def _import(environment: dict[str, str]) -> str:
    command = [sys.executable, "-m", "osler", "import", str(SYNTHEA / "reference"), str(SYNTHEA / "bundles")]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return done.stdout.strip().rpartition("\n")[2]


def _size(home: Path) -> int:
    with psycopg.connect(Cluster(home).dsn(ADMIN)) as admin:
        row = admin.execute("SELECT pg_database_size('osler')").fetchone()
    return int(row[0]) if row else 0


def transactions(port: int) -> list[Figure]:
    """Whole patients as transactions from two senders at once."""
    bodies, entries = [], 0
    for path in sorted((SYNTHEA / "bundles").iterdir())[:BUNDLES]:
        text = gzip.decompress(path.read_bytes()).decode()
        entries += len(json.loads(text)["entry"])
        bodies.append(Ask(API, "POST", text))
    found = streams(port, bodies, bearer("admin"), count=2)
    rate = entries * found.rate / len(bodies)
    return [
        Figure("transactions, resources a second", f"{rate:,.0f}", "1,000", rate >= 1000),
        Figure("transactions, p50 of a patient", f"{found.p50:,.0f} ms", "600 ms", found.p50 <= 600),
        Figure("transactions refused", f"{found.refused} of {found.requests}", "0", found.refused == 0),
    ]


def pages(port: int, facts: Facts) -> list[Figure]:
    """Every page of a mix alone, then all of them at a steady rate."""
    asked = mixed(facts)
    figures = []
    for name, asks in asked.items():
        one_by_one(port, asks[:3])
        found = one_by_one(port, asks)
        said = f"{found.p50:.0f} / {found.p95:.0f} ms" + f", {found.refused} refused" * bool(found.refused)
        figures.append(
            Figure(f"alone: {name}, p50 / p95", said, "p95 150 ms", found.p95 <= 150 and not found.refused)
        )
    together = [ask for some in zip(*asked.values(), strict=True) for ask in some]
    found = steady(port, together, rate=MIXED_RATE, seconds=MIXED_SECONDS)
    said = f"{found.p50:.0f} / {found.p95:.0f} / {found.p99:.0f} ms, {found.refused} refused"
    good = found.p95 <= 300 and not found.refused
    figures.append(Figure(f"mixed, {MIXED_RATE} a second, p50 / p95 / p99", said, "p95 300 ms", good))
    return figures


def races(port: int, facts: Facts, *, rounds: int) -> list[Figure]:
    """Fifty people at once on one time, and on fifty times of one clinician, through the page."""
    times = _times(facts, rounds + CROWD)
    one, won = [], []
    for slot in times[:rounds]:
        answers, seconds = _book_at_once(port, facts, [slot] * CROWD)
        one += seconds
        won.append(answers[302])
    same = summed_up(one, took=1, refused=0)
    answers, seconds = _book_at_once(port, facts, times[rounds : rounds + CROWD])
    each = summed_up(seconds, took=1, refused=0)
    right = won == [1] * rounds
    return [
        Figure(f"50 at once on one time, races won once of {rounds}", f"{won.count(1)}", f"{rounds}", right),
        Figure(
            "50 at once on one time, p50 / p99",
            f"{same.p50:.0f} / {same.p99:.0f} ms",
            "p99 300 ms",
            same.p99 <= 300,
        ),
        Figure("50 at once on 50 times, booked", f"{answers[302]}", "50", answers[302] == CROWD),
        Figure("50 at once on 50 times, p50 / p99", f"{each.p50:.0f} / {each.p99:.0f} ms", "-", True),
    ]


def _times(facts: Facts, count: int) -> list[str]:
    """Free times of one clinician, as the booking form names them."""
    with acting(SystemActor(UUID(facts.organization))):
        schedule = Schedule.objects.order_by("id").first()
        assert schedule is not None
        beyond = clock.now() + timedelta(days=70)  # the demo books two months ahead
        found = next_free_slots([schedule.practitioner_id], after=beyond, limit=count)
    return [token(slot) for slot in found]


def _book_at_once(port: int, facts: Facts, slots: list[str]) -> tuple[Counter[int], list[float]]:
    headers, start = session_of("reception"), threading.Barrier(len(slots))
    answers: Counter[int] = Counter()
    seconds: list[float] = []

    def book(slot: str, patient: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.connect()
        body = urlencode({"slot": slot, "idempotency_key": str(next(NUMBERS))})
        start.wait()
        begun = time.perf_counter()
        connection.request("POST", f"/appointments/new/?patient={patient}", body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        seconds.append(time.perf_counter() - begun)
        answers[answer.status] += 1

    people = [threading.Thread(target=book, args=pair) for pair in zip(slots, facts.ids, strict=False)]
    for one in people:
        one.start()
    for one in people:
        one.join()
    return answers, seconds
