"""A child that is a copy of its parent: it runs a function of ours at once, and shares what is loaded."""

import contextlib
import gc
import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from django.db import connections
from setproctitle import setproctitle

from osler.ops.supervisor.unprivileged import RunAs, become

log = logging.getLogger(__name__)
HANDLERS: dict[signal.Signals, Any] = {
    signal.SIGTERM: signal.SIG_DFL,
    signal.SIGINT: signal.default_int_handler,
}
"""What a program of ours begins with when it is started by itself."""


@dataclass
class Fork:
    """A process that we have made; `code` says how it ended, by which signal if negative."""

    pid: int
    code: int | None = None

    @property
    def is_alive(self) -> bool:
        """Whether it runs; what is left of one that has ended is taken away."""
        if self.code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self.code = os.waitstatus_to_exitcode(status) if pid else None
        return self.code is None

    def wait(self, seconds: float) -> bool:
        """Whether it ends within so many seconds."""
        deadline = time.monotonic() + seconds
        while self.is_alive:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def send(self, number: signal.Signals) -> None:
        """A signal, if it still runs."""
        if self.is_alive:
            os.kill(self.pid, number)


def settle() -> None:
    """Before the first fork: no process takes over a connection of another, and memory stays shared."""
    connections.close_all()
    gc.freeze()  # what is never collected is never written to


def fork(target: Callable[[], object], title: str) -> Fork:
    """Run a function in a child, which leads a process group and ends by itself if we die."""
    prepare = become(RunAs(os.geteuid(), os.getegid()), signal.SIGTERM)
    _flush()  # or the child would write it once more
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, HANDLERS)  # no handler of ours may run in the child
    try:
        pid = os.fork()
        if pid == 0:
            _live(target, title, prepare, mask)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
    return Fork(pid)


def _live(target: Callable[[], object], title: str, prepare: Callable[[], None], mask: set[int]) -> NoReturn:
    """All that a child does. It never returns into what its parent was doing, nor cleans up after it."""
    code = 1
    try:
        prepare()
        setproctitle(title)
        for number, handler in HANDLERS.items():
            signal.signal(number, handler)
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        target()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        log.exception("%s failed", title)
    finally:
        _flush()
        os._exit(code)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
            stream.flush()
