"""A throw-away clinic that really runs: pages, worker and live stream as child processes."""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from osler.ops.demo.zone import keep_zone
from osler.ops.supervisor.cluster import OWNER, WEB
from osler.ops.supervisor.kept import kept_secret
from tests import databases
from tests.databases import ending_with_us
from tests.demo import make_demo
from tests.environment import HOME

READY_SECONDS = 90


@dataclass(frozen=True)
class Installation:
    """Where a running clinic is found."""

    url: str
    environment: dict[str, str]
    log: Path

    def stage(self, *words: str) -> Any:
        """Do one of the deeds of `tests.journeys.staging`; what it prints."""
        command = [sys.executable, "-m", "tests.journeys.staging", *words]
        done = subprocess.run(command, env=self.environment, check=True, stdout=subprocess.PIPE)
        return json.loads(done.stdout or "null")

    def last_words(self) -> str:
        """The end of what the server wrote."""
        if not self.log.exists():  # the installation is gone when its own end fails
            return ""
        return self.log.read_text(errors="replace")[-4000:]

    def prove(self) -> None:
        """Have the installation prove what it promises: chain, row security, constraints, ledger."""
        command = [sys.executable, "-m", "osler", "prove"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def free_port() -> int:
    """A port whose successor is free too: the live stream takes that one."""
    while True:
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
            try:
                two.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return int(port)


def _environment(home: Path, name: str, port: int) -> dict[str, str]:
    """With the run's key, by which the clinic was sealed when it was made."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OSLER_")}
    return kept | {
        "OSLER_HOME": str(home),
        "OSLER_DEMO": "1",
        "OSLER_PORT": str(port),
        "OSLER_WORKERS": "1",
        "OSLER_ENCRYPTION_KEY": kept_secret(Path(HOME) / "keys" / "sealing"),
        "OSLER_DATABASE_URL": databases.CLUSTER.dsn(OWNER, name),
        "OSLER_WEB_DATABASE_URL": databases.CLUSTER.dsn(WEB, name),
    }


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until_ready(url: str, port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
                if answer.status == 200 and _listens(port + 1):  # the live stream comes after the pages
                    return
        except (urllib.error.URLError, OSError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"{url} is not ready after {READY_SECONDS} s")


@contextmanager
def running_installation(label: str = "journeys") -> Iterator[Installation]:
    """Clone the run's demo clinic and serve it; end and drop all of it afterwards."""
    databases.start_cluster()
    source, house = databases.made_once("demo", make_demo)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="osler-journeys-")))
        name = stack.enter_context(databases.clone(label, source))
        port = free_port()
        environment = _environment(home, name, port)
        keep_zone(home, house.zone)
        installation = Installation(f"http://127.0.0.1:{port}", environment, home / "server.log")
        installation.stage("open-all-day")
        log = stack.enter_context(installation.log.open("wb"))
        serve = [sys.executable, "-m", "osler", "serve"]
        server = subprocess.Popen(serve, env=environment, stdout=log, stderr=log, preexec_fn=ending_with_us())
        try:
            _wait_until_ready(installation.url, port, server)
            yield installation
        finally:
            server.terminate()
            server.wait(30)
