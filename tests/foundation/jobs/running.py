"""Processes of the clinic, as they really run, on a throw-away database."""

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from osler.ops.supervisor.cluster import OWNER, WEB
from tests.databases import CLUSTER


def environment(database: str, port: int) -> dict[str, str]:
    """What a process is told: this database, these ports, the keys of the tests."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("OSLER_")}
    return kept | {
        "OSLER_HOME": os.environ["OSLER_HOME"],
        "OSLER_DEMO": "1",
        "OSLER_PORT": str(port),
        "OSLER_DATABASE_URL": CLUSTER.dsn(OWNER, database),
        "OSLER_WEB_DATABASE_URL": CLUSTER.dsn(WEB, database),
    }


def free_port() -> int:
    """A port whose successor, the live stream's, is free as well."""
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
def running(command: str, database: str, port: int) -> Iterator[Path]:
    """`osler COMMAND` while the block lasts; the file that it writes its log to."""
    with tempfile.NamedTemporaryFile(prefix=f"osler-{command}-", suffix=".log") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "osler", command],
            env=environment(database, port),
            stdout=log,
            stderr=log,
        )
        try:
            yield Path(log.name)
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
