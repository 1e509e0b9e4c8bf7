"""Children under watch: started, restarted when they die, stopped together."""

import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from osler.ops.supervisor.forking import Fork, fork

log = logging.getLogger(__name__)
STOP_SECONDS = 15.0
HEALTHY_SECONDS = 30.0
LONGEST_PAUSE = 5.0


@dataclass
class Child:
    """A process to keep alive."""

    name: str
    target: Callable[[], object]
    process: Fork | None = None
    started_at: float = 0.0
    deaths: int = 0

    def start(self) -> None:
        """Start it as a copy of ourselves, which bears its own name; it ends by itself if we die."""
        self.process = fork(self.target, f"osler {self.name}")
        self.started_at = time.monotonic()

    @property
    def pause(self) -> float:
        """Seconds to wait before the next start: none at first, more for one that keeps dying."""
        return min(0.2 * 2**self.deaths, LONGEST_PAUSE) if self.deaths else 0.0

    def watch(self) -> None:
        """Start it again if it has died."""
        if self.process is None or self.process.is_alive:
            return
        lived = time.monotonic() - self.started_at
        if lived > HEALTHY_SECONDS:
            self.deaths = 0
        if lived < self.pause:
            return
        log.error("%s ended with code %s and is started again", self.name, self.process.code)
        self.deaths += 1
        sweep(self.process.pid)
        self.start()


def sweep(leader: int) -> None:
    """End what a dead child has left of its process group, such as web workers that hold the port."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def end(children: Sequence[Child]) -> None:
    """Ask all to end, and insist after a while; each child leads a process group."""
    living = [child.process for child in children if child.process and child.process.is_alive]
    for process in living:
        process.send(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for process in living:
        if not process.wait(deadline - time.monotonic()):
            process.send(signal.SIGKILL)
            process.wait(STOP_SECONDS)
        sweep(process.pid)
