"""The servers that are asked: Osler as `osler serve` runs it, and the bare stack."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from osler.ops.supervisor.cluster import ADMIN, Cluster

PATIENCE = 120.0
BARE_TABLES, TEXTS = Path(__file__).with_name("bare.sql"), Path(__file__).with_name("texts.sql")


@dataclass(frozen=True)
class Served:
    """A server that answers."""

    port: int
    pid: int
    seconds: float
    """From its start to its first answer."""

    @property
    def memory(self) -> float:
        """MB that all its processes hold, what they share counted once; without the database's."""
        return sum(_memory_of(pid) for pid in _family(self.pid)) / 1024


def _family(pid: int) -> list[int]:
    """A process and all below it, but for PostgreSQL's."""
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    if name == "postgres":
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _memory_of(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def free_port() -> int:
    """A port whose successor is free too."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = int(one.getsockname()[1])
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


@contextmanager
def served(command: list[str], environment: dict[str, str], *, port: int, path: str) -> Iterator[Served]:
    """A server as long as it is asked."""
    begun = time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _wait(f"http://127.0.0.1:{port}{path}", process)
        yield Served(port, process.pid, time.monotonic() - begun)
    finally:
        process.terminate()
        process.wait(60)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=10):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.02)
    raise RuntimeError(f"{url} does not answer")


@contextmanager
def osler(home: Path) -> Iterator[Served]:
    """A whole installation: database, pages, worker and live stream."""
    port = free_port()
    environment = {"OSLER_HOME": str(home), "OSLER_DEMO": "1", "OSLER_PORT": str(port)}
    with served([sys.executable, "-m", "osler", "serve"], environment, port=port, path="/readyz") as found:
        yield found


@contextmanager
def bare(home: Path) -> Iterator[Served]:
    """The bare stack on the same database server, in a database of its own."""
    cluster, port = Cluster(home), free_port()
    with psycopg.connect(cluster.dsn(ADMIN, "bench_bare")) as connection:
        (key,) = connection.execute("SELECT id FROM document LIMIT 1").fetchone()  # type: ignore[misc]
    database = {
        "NAME": "bench_bare",
        "USER": ADMIN,
        "PASSWORD": cluster.password(ADMIN),
        "HOST": str(cluster.socket_folder),
        "PORT": cluster.port,
    }
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "tools.bench.bare:application"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", str(os.cpu_count() or 1)]
    command += ["--blocking-threads", "1", "--no-ws", "--log-level", "warning"]
    settings = {"BENCH_BARE": json.dumps(database), "DJANGO_SETTINGS_MODULE": "tools.bench.bare_settings"}
    with served(command, settings, port=port, path=f"/read/{key}") as found:
        yield found


def make_bare(home: Path) -> None:
    """The bare stack's database, once: the same texts as Osler's, without anything around them."""
    cluster = Cluster(home)
    with psycopg.connect(cluster.dsn(ADMIN, "postgres"), autocommit=True) as admin:
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = 'bench_bare'").fetchone():
            return
        admin.execute("CREATE DATABASE bench_bare TEMPLATE template0")
    with (
        psycopg.connect(cluster.dsn(ADMIN, "bench_bare"), autocommit=True) as target,
        psycopg.connect(cluster.dsn(ADMIN)) as source,
    ):
        target.execute(BARE_TABLES.read_text())
        with (
            source.cursor().copy(f"COPY ({TEXTS.read_text()}) TO STDOUT") as taken,
            target.cursor().copy("COPY document FROM STDIN") as given,
        ):
            for part in taken:
                given.write(part)
        target.execute("VACUUM (ANALYZE)")
