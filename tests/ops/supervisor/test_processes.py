"""Children are started again when they die, take their own children along, and end together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from osler.ops.supervisor.processes import Child, end


def sleep() -> None:
    time.sleep(60)


def have_family(note: Path) -> None:
    grandchild = subprocess.Popen(["sleep", "60"])
    note.write_text(str(grandchild.pid))
    sleep()


def be_stubborn() -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sleep()


def wait_for(condition: Callable[[], bool], seconds: float = 5) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_child_that_was_killed_is_started_again() -> None:
    child = Child("sleeper", sleep)
    child.start()
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)
    child.process.wait(5)

    child.watch()

    assert child.process.pid != first
    assert child.process.is_alive
    end([child])
    assert child.process.code == -signal.SIGTERM


def test_what_a_killed_child_left_behind_goes_too(tmp_path: Path) -> None:
    note = tmp_path / "grandchild"
    child = Child("family", partial(have_family, note))
    child.start()
    assert child.process is not None
    wait_for(lambda: note.exists() and note.read_text() != "")
    grandchild = int(note.read_text())
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait(5)

    child.watch()

    wait_for(lambda: not is_alive(grandchild))
    end([child])


def test_child_that_keeps_dying_is_started_ever_more_slowly() -> None:
    pauses = []
    for deaths in range(7):
        pauses.append(Child("dying", sleep, deaths=deaths).pause)

    assert pauses == [0.0, 0.4, 0.8, 1.6, 3.2, 5.0, 5.0]


def test_child_that_will_not_end_is_made_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("osler.ops.supervisor.processes.STOP_SECONDS", 0.3)
    child = Child("stubborn", be_stubborn)
    child.start()
    assert child.process is not None
    time.sleep(0.3)

    end([child])

    assert child.process.code == -signal.SIGKILL


def test_children_end_when_their_supervisor_is_killed() -> None:
    source = "from osler.ops.supervisor.processes import Child; import sys, time\n"
    source += (
        "c = Child('x', lambda: time.sleep(60)); c.start(); print(c.process.pid, flush=True); time.sleep(60)"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    child = int(supervisor.stdout.readline())
    assert is_alive(child)

    supervisor.kill()
    supervisor.communicate()

    wait_for(lambda: not is_alive(child))
