"""An installation as a clinic has it, in a home of its own: `osler serve`, embedded database, durable."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from osler.ops.supervisor.cluster import ADMIN, Cluster
from osler.ops.supervisor.lockfile import read_lock
from tests.databases import ending_with_us
from tests.environment import FULL
from tests.journeys.installation import free_port

PATIENCE = 180.0  # seconds; a busy machine, not a measure of speed
WEB_WORKERS = 2 if FULL else 1
COMMANDS = {"web": "osler web", "worker": "osler worker", "stream": "osler stream"}


def until(condition: Callable[[], Any], what: str, *, patience: float = PATIENCE) -> float:
    """Wait until something is true; how long that took."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < patience, f"{what}: not after {patience:.0f} s"
        time.sleep(0.05)
    return time.monotonic() - began


@dataclass
class Embedded:
    """A home, its supervisor and all that this keeps alive."""

    home: Path
    port: int
    environment: dict[str, str]
    staged: dict[str, Any] = field(default_factory=dict)
    server: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        self.cluster = Cluster(self.home)

    def stage(self) -> None:
        """Make and fill the database."""
        command = [sys.executable, "-m", "tests.simulation.staging"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        self.staged = json.loads(done.stdout.splitlines()[-1])

    def serve(self) -> float:
        """Start the supervisor; how long until all is there."""
        command = [sys.executable, "-m", "osler", "serve"]
        with (self.home / "server.log").open("ab") as log:
            self.server = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, preexec_fn=ending_with_us()
            )
        return until(lambda: self.status("/readyz") == 200, "the start")

    def status(self, path: str) -> int:
        """What a page answers; 0 when nobody does."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def pids(self, name: str) -> list[int]:
        """The living processes of a name; "web worker" are the children of "web"."""
        if name == "supervisor":
            return [self.server.pid] if self.server and self.server.poll() is None else []
        if name == "postgres":
            lock = read_lock(self.cluster.folder)
            return [lock.pid] if lock and self.cluster.is_running else []
        parents = self.pids("web") if name == "web worker" else self.pids("supervisor")
        word = COMMANDS["web" if name == "web worker" else name]
        return [pid for pid, parent, words in processes() if parent in parents and word in words]

    def kill(self, name: str, which: int = 0) -> int:
        """Kill -9; the id of what was killed."""
        pid = self.pids(name)[which]
        os.kill(pid, signal.SIGKILL)
        return pid

    def ask(self, question: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database holds, past all walls."""
        with psycopg.connect(self.cluster.dsn(ADMIN), autocommit=True) as admin:
            return admin.execute(question, values or None).fetchall()

    def prove(self) -> None:
        """Have the installation prove what it promises."""
        command = [sys.executable, "-m", "osler", "prove"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr

    def stop(self) -> None:
        """End it as an administrator does."""
        if self.server is not None and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(60)
        self.cluster.stop()

    def remove(self) -> None:
        """Nothing stays."""
        if not self.cluster.folder.is_relative_to(self.home):  # where root's database went
            shutil.rmtree(self.cluster.folder.parent)
        shutil.rmtree(self.home)


def processes() -> Iterator[tuple[int, int, str]]:
    """Id, parent and command of everything that runs."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except (OSError, ValueError, IndexError):
            continue
        yield int(entry.name), parent, words


def is_alive(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def sockets(pid: int) -> set[str]:
    """The sockets that a process holds open, connections to the database among them."""
    links = [os.readlink(entry) for entry in Path(f"/proc/{pid}/fd").iterdir()]
    return {link for link in links if link.startswith("socket:")}


@contextmanager
def embedded(*, smtp_port: int) -> Iterator[Embedded]:
    """An installation that serves; stopped and removed afterwards."""
    home = Path(tempfile.mkdtemp(prefix="osler-kill-"))
    home.chmod(0o755)
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OSLER_")}
    environment = kept | {
        "OSLER_HOME": str(home),
        "OSLER_DEMO": "1",
        "OSLER_PORT": str(port),
        "OSLER_WORKERS": str(WEB_WORKERS),
        "OSLER_SMTP_PORT": str(smtp_port),
    }
    installation = Embedded(home, port, environment)
    try:
        installation.stage()
        installation.serve()
        yield installation
    finally:
        installation.stop()
        installation.remove()
