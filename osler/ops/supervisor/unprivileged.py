"""PostgreSQL never runs as root: which user it runs as instead, and whether that user gets there."""

import ctypes
import os
import pwd
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class RunAs:
    """A user and group id to run as."""

    uid: int
    gid: int


def run_as() -> RunAs:
    """Ourselves, or `nobody` when we are root."""
    if os.geteuid() != 0:
        return RunAs(os.geteuid(), os.getegid())
    nobody = pwd.getpwnam("nobody")
    return RunAs(nobody.pw_uid, nobody.pw_gid)


def can_reach(folder: Path, user: RunAs) -> bool:
    """Whether a user may walk down to a folder: every parent is open to it. Nothing is changed."""
    for parent in folder.resolve().parents:
        if not parent.exists():
            continue
        status = parent.stat()
        shift = (
            6 if status.st_uid == user.uid else 3 if status.st_gid == user.gid else 0
        )
        if not status.st_mode >> shift & 1:
            return False
    return True


def become(user: RunAs, death_signal: signal.Signals | None) -> Callable[[], None]:
    """What a child does before it starts: drop root, and ask to end when its parent dies."""

    def prepare() -> None:
        if os.geteuid() == 0 and user.uid != 0:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        os.setsid()
        if death_signal is not None:  # after setuid, which would clear it
            _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)

    return prepare
