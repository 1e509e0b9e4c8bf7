"""Backends that outlive a killed postmaster: while one lives, a new server may not open the folder."""

import os
import signal
import time
from pathlib import Path

PATIENCE_SECONDS = 10.0


def orphans(folder: Path) -> list[int]:
    """Server processes at work in a data folder; each has it as its working directory."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            place, program = os.readlink(entry / "cwd"), os.readlink(entry / "exe")
        except OSError:  # gone, a zombie, or not ours to look at
            continue
        if place == str(folder) and Path(program).name.startswith("postgres"):
            found.append(int(entry.name))
    return found


def end_orphans(folder: Path) -> int:
    """Kill what a dead postmaster left and wait until it is gone; returns how many there were.

    Idle ones leave by themselves; one that is busy in a long query would hold the shared memory for
    hours. Whatever it had not committed is lost either way, and recovery follows.
    """
    first = left = orphans(folder)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while left and time.monotonic() < deadline:
        for pid in left:
            try:
                os.kill(pid, signal.SIGKILL)
            except (ProcessLookupError, PermissionError):
                continue
        time.sleep(0.02)
        left = orphans(folder)
    return len(first)
