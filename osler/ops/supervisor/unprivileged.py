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
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:  # an image without user list
        return RunAs(65534, 65534)
    return RunAs(nobody.pw_uid, nobody.pw_gid)


def can_reach(folder: Path, user: RunAs) -> bool:
    """Whether a user may walk down to a folder: every parent is open to it. Nothing is changed."""
    for parent in folder.resolve().parents:
        if not parent.exists():
            continue
        status = parent.stat()
        shift = 6 if status.st_uid == user.uid else 3 if status.st_gid == user.gid else 0
        if not status.st_mode >> shift & 1:
            return False
    return True


def open_to_all(folder: Path) -> None:
    """Let everybody read and run what lies in a folder of ours, whatever the umask was."""
    for path in [folder, *folder.rglob("*")]:
        if not path.is_symlink():
            mode = path.stat().st_mode
            path.chmod(mode | (0o555 if mode & 0o100 else 0o444))


def become(user: RunAs, death_signal: signal.Signals | None) -> Callable[[], None]:
    """What a child does before it starts: drop root, and ask to end when its parent dies."""
    parent = os.getpid()

    def prepare() -> None:
        if os.geteuid() == 0 and user.uid != 0:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        os.setsid()
        if death_signal is not None:  # after setuid, which would clear it
            _libc.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
            if os.getppid() != parent:  # it died before we asked
                os._exit(1)

    return prepare
