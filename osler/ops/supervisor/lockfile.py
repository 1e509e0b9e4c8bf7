"""What postmaster.pid says, and whether it can be believed (PROMISES A67)."""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class LockFile:
    """The process that the file names and the state it last wrote."""

    pid: int
    status: str

    @property
    def is_ready(self) -> bool:
        return self.status == "ready"


def read_lock(folder: Path) -> LockFile | None:
    """The lock file of a data folder (PostgreSQL 18, storage/file-layout: eight lines)."""
    try:
        lines = (folder / "postmaster.pid").read_text().splitlines()
        return LockFile(abs(int(lines[0])), lines[7].strip() if len(lines) > 7 else "starting")
    except (FileNotFoundError, ValueError, IndexError):
        return None


def is_postmaster(pid: int, folder: Path) -> bool:
    """Whether this process lives (a zombie does not) and is the postmaster of the folder."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    if state in "ZX":
        reap(pid)
        return False
    return os.fsencode(folder) in command and b"postgres" in command[0]


def reap(pid: int) -> None:
    """Take note of a dead child of ours; other parents' children are left to them."""
    with contextlib.suppress(ChildProcessError, PermissionError):
        os.waitpid(pid, os.WNOHANG)


def remove_stale_locks(folder: Path, socket_folder: Path) -> None:
    """Remove lock files whose process is gone, a zombie, or something else by now.

    Only for the holder of the start lock, and after the last backend has left: both folders are ours
    alone, so whatever still names a server there names a dead one. PostgreSQL itself would believe a
    zombie, in the data folder and beside the socket alike.
    """
    (folder / "postmaster.pid").unlink(missing_ok=True)
    for lock in socket_folder.glob(".s.PGSQL.*.lock"):
        lock.unlink(missing_ok=True)
