"""One run: builds the clinic once, asks, and prints what was seen beside what is wanted."""

import argparse
import http.client
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from django.conf import settings

from osler.ops.supervisor.cluster import Cluster
from tools.bench import arriving, calendars, million, serving, single
from tools.bench.building import Facts, build
from tools.bench.lines import FORM, Asking, Line
from tools.bench.load import Answered, Ask, flood

HOME = settings.CONFIG.home
LEVELS = (1, 8, 32)
GATE = 8
"""The number of connections at which the targets hold."""
COLD_START, MEMORY = 3.0, 350.0
Bare = dict[tuple[str, int], Answered]


def main() -> int:
    """Everything, or the lines that are named."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--patients", type=int, default=50_000)
    parser.add_argument("--observations", type=int, default=5_000_000)
    parser.add_argument("--seconds", type=float, default=5, help="how long each line is asked at each level")
    parser.add_argument("--races", type=int, default=100)
    parser.add_argument("--million", type=int, default=0, metavar="N", help="only look-ups among N patients")
    parser.add_argument(
        "--appointments", type=int, default=0, metavar="N", help="only calendars with N appointments"
    )
    parser.add_argument("--rows", type=int, default=100_000, help="of the file of patients that is imported")
    parser.add_argument("--only", default="", help="lines whose name contains these words")
    wish = parser.parse_args()
    if wish.million:
        with Cluster(HOME).running() as cluster:
            tell(million.figures(cluster, wish.million, say))
        return 0
    if wish.appointments:
        with Cluster(HOME).running() as cluster:
            tell(calendars.figures(cluster, wish.appointments, say))
        return 0
    if wish.only and wish.only in arriving.NAME:
        tell(arriving.figures(HOME, rows=wish.rows))
        return 0
    if shutil.which("wrk") is None:
        sys.exit("The benchmark asks through wrk: install it first, on Debian: apt-get install wrk")
    say(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    say(f"\nThe clinic: {wish.patients:,} patients, {wish.observations:,} observations")
    facts = build(HOME, patients=wish.patients, observations=wish.observations, say=say)
    with Cluster(HOME).running():
        serving.make_bare(HOME)
        bare = ask_bare(facts, wish.seconds)
        with serving.osler(HOME) as served:
            started = served.seconds
        with serving.osler(HOME) as served:
            ask_osler(served.port, facts, bare, wish)
            if not wish.only:
                single_figures(served, facts, wish, started)
    if not wish.only:
        imports()
        tell(arriving.figures(HOME, rows=wish.rows))
    return 0


def say(text: str) -> None:
    print(text, flush=True)


def ask_bare(facts: Facts, seconds: float) -> Bare:
    """The bare twins at every level."""
    found: Bare = {}
    with serving.bare(HOME) as served:
        cookie = signed_in(served.port)
        ids = facts.ids[:400]
        kinds = {
            "read": [Ask(f"/read/{one}") for one in ids],
            **{f"list {n}": [Ask(f"/list/{one}/{n}") for one in ids] for n in (10, 20, 50, 110)},
            "create": [Ask("/create", "POST", '{"resourceType":"Observation","value":"' + "x" * 600 + '"}')],
            "page": [Ask("/page")],
        }
        for name, asks in kinds.items():
            for level in LEVELS:
                headers = {"Cookie": cookie, "Content-Type": FORM}
                found[name, level] = flood(served.port, asks, headers, connections=level, seconds=seconds)
    table("The bare stack", [(name, level, found[name, level], None, 0.0) for name, level in found])
    return found


def signed_in(port: int) -> str:
    """The cookie of a session of the bare stack."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/sign-in")
    answer = connection.getresponse()
    return (answer.getheader("Set-Cookie") or "").partition(";")[0]


def ask_osler(port: int, facts: Facts, bare: Bare, wish: argparse.Namespace) -> None:
    lines = [line for line in Asking(facts).lines() if wish.only in line.name]
    rows = []
    for line in lines:
        for level in LEVELS:
            found = flood(port, line.asks, line.headers, connections=level, seconds=wish.seconds)
            rows.append((line.name, level, found, bare[line.bare, level], target_of(line, level)))
    table("Osler", rows)


def target_of(line: Line, level: int) -> float:
    return line.target if level == GATE else 0.0


def table(title: str, rows: list[tuple[str, int, Answered, Answered | None, float]]) -> None:
    """One line for each request and level."""
    heads = f"{'c':>3} {'a second':>9} {'p50 ms':>8} {'p95':>8} {'p99':>8} {'KB':>6}  {'of bare':>7}  wanted"
    say(f"\n{title:42} {heads}")
    for name, level, found, bare, target in rows:
        ratio = f"{found.rate / bare.rate:.0%}" if bare else ""
        wanted = f"{target:,.0f} {'met' if found.rate >= target else 'MISSED'}" if target else ""
        refused = f"  {found.refused:,} of {found.requests:,} REFUSED" if found.refused else ""
        say(
            f"{name:42} {level:>3} {found.rate:>9,.0f} {found.p50:>8.1f} {found.p95:>8.1f} {found.p99:>8.1f}"
            f" {found.bytes_each / 1024:>6.1f}  {ratio:>7}  {wanted}{refused}"
        )


def single_figures(served: serving.Served, facts: Facts, wish: argparse.Namespace, started: float) -> None:
    """What is no rate."""
    figures = single.races(served.port, facts, rounds=wish.races)
    if single.is_here():
        figures += single.transactions(served.port)
    figures += single.pages(served.port, facts)
    memory = served.memory
    figures.append(single.Figure("memory of all processes, MB", f"{memory:.0f}", "350", memory <= MEMORY))
    figures.append(single.Figure("start to ready, s", f"{started:.1f}", "3", started <= COLD_START))
    tell(figures)


def imports() -> None:
    """Into an empty installation."""
    if not single.is_here():
        say(f"\nImports were not measured: there is no {single.SYNTHEA}")
        return
    with tempfile.TemporaryDirectory(prefix="import-", dir=HOME) as folder:
        Path(folder).chmod(0o755)
        tell(single.imports(Path(folder)))


def tell(figures: list[single.Figure]) -> None:
    say(f"\n{'Figures':64} {'seen':>28}  wanted")
    for one in figures:
        say(f"{one.name:64} {one.value:>28}  {one.wanted} {'' if one.is_met else 'MISSED'}")
