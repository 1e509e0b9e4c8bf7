"""A forked child is as if it were started by itself: group, name, handlers, chance; no clean-up."""

import json
import logging
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import pytest

from osler.ops.supervisor.forking import Fork, fork

PATIENCE = 20.0


@pytest.fixture
def interrupting() -> Iterator[None]:
    """The handler of a supervisor."""

    def interrupt(number: int, frame: Any) -> NoReturn:
        raise KeyboardInterrupt

    kept = signal.signal(signal.SIGTERM, interrupt)
    yield
    signal.signal(signal.SIGTERM, kept)


def told(note: Path, tell: Callable[[], object]) -> Any:
    """What a child says of itself."""
    child = fork(lambda: note.write_text(json.dumps(tell())), "osler telling")
    assert child.wait(PATIENCE)
    assert child.code == 0
    return json.loads(note.read_text())


def ended(target: Callable[[], object]) -> Fork:
    child = fork(target, "osler ending")
    assert child.wait(PATIENCE)
    return child


def state_of_signals() -> list[bool]:
    return [
        signal.getsignal(signal.SIGTERM) == signal.SIG_DFL,
        signal.getsignal(signal.SIGINT) == signal.default_int_handler,
        signal.pthread_sigmask(signal.SIG_BLOCK, []) == set(),
    ]


def fail() -> None:
    raise ValueError("the words")


def fail_loudly(note: Path) -> None:
    logging.getLogger().addHandler(logging.FileHandler(note))
    fail()


def test_it_leads_a_group_of_its_own_and_bears_a_name(tmp_path: Path) -> None:
    told_of = told(
        tmp_path / "note",
        lambda: [os.getpid(), os.getpgid(0), os.getsid(0), Path("/proc/self/cmdline").read_text()],
    )

    pid, group, session, name = told_of
    assert pid == group == session != os.getpid()
    assert name.rstrip("\0 ") == "osler telling"


def test_signals_do_what_they_do_to_a_program_that_has_just_begun(tmp_path: Path, interrupting: None) -> None:
    assert told(tmp_path / "note", state_of_signals) == [True, True, True]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == set()  # nor are they held back here


def test_a_signal_in_the_middle_of_the_fork_does_not_reach_our_handler(
    tmp_path: Path, interrupting: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, note = os.fork, tmp_path / "note"

    def signalled() -> int:
        if (pid := real()) == 0:
            os.kill(os.getpid(), signal.SIGTERM)
        return pid

    monkeypatch.setattr(os, "fork", signalled)
    try:
        child = ended(partial(time.sleep, 60))
    except KeyboardInterrupt:
        note.write_text("handled")
        raise

    assert child.code == -signal.SIGTERM
    assert not note.exists()


@pytest.mark.parametrize(
    ("target", "code"),
    [
        (lambda: None, 0),
        (sys.exit, 0),
        (partial(sys.exit, 3), 3),
        (partial(sys.exit, "words"), 1),
        (fail, 1),
        (lambda: os.kill(os.getpid(), signal.SIGKILL), -signal.SIGKILL),
    ],
)
def test_however_it_ends_it_does_not_clean_up_after_us(
    tmp_path: Path, target: Callable[[], object], code: int
) -> None:
    note = tmp_path / "cleaned"
    try:
        child = ended(target)
    finally:
        with note.open("a") as file:
            file.write("once")

    assert child.code == code
    assert note.read_text() == "once"


def test_what_it_fell_over_is_logged(tmp_path: Path) -> None:
    child = ended(partial(fail_loudly, tmp_path / "log"))

    assert child.code == 1
    assert "osler ending failed" in (tmp_path / "log").read_text()
    assert "ValueError" in (tmp_path / "log").read_text()


def test_no_two_draw_the_same_chances(tmp_path: Path) -> None:
    drawn = {told(tmp_path / "note", random.random) for _ in range(3)}

    assert len({*drawn, random.random()}) == 4


def test_what_we_have_not_written_yet_is_written_once() -> None:
    source = "from osler.ops.supervisor.forking import fork\n"
    source += "print('ours'); c = fork(lambda: print('theirs'), 'x'); c.wait(20); print(c.code)"
    done = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True, check=False)

    assert done.stdout.split() == ["ours", "theirs", "0"]
