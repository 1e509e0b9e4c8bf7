"""Work on foreign bytes apart: nothing of the house goes with it, and whatever happens is one refusal."""

import struct

import pytest

from osler.foundation.files.apart import _parts, worked_apart
from osler.foundation.files.errors import PhotoUnfit, WorkshopBusy
from osler.foundation.files.kept import KeptFile
from osler.foundation.files.reading import Line, Reading, read_picture

WORKSHOP = "tests.foundation.files.workshop"


def work(what: str, *, seconds: float = 60.0, most: int = 10_000) -> list[bytes]:
    return worked_apart(WORKSHOP, b"bytes", told=[what], seconds=seconds, most=most)


def test_bytes_go_in_and_parts_come_out() -> None:
    assert work("echo") == [b"bytes", b"", b"setyb"]


def test_the_child_has_no_key_no_address_and_writes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSLER_ENCRYPTION_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")

    names, written = work("look")

    assert set(names.decode().split()) <= {"PYTHONPATH", "PATH", "OMP_NUM_THREADS", "LC_CTYPE"}
    assert written == b"refused"


@pytest.mark.parametrize("what", ["raise", "die", "unfit", "fill", "spin"])
def test_whatever_the_child_falls_over_is_one_refusal(what: str) -> None:
    with pytest.raises(PhotoUnfit):
        work(what)


def test_a_child_that_takes_too_long_is_ended() -> None:
    with pytest.raises(WorkshopBusy):
        work("sleep", seconds=1.0)


def test_an_answer_that_is_too_long_or_not_whole_is_none() -> None:
    with pytest.raises(PhotoUnfit):
        work("echo", most=6)
    with pytest.raises(PhotoUnfit):
        _parts(struct.pack(">I", 5) + b"four")
    assert _parts(b"") == []


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"<svg/>", b"\xff\xd8\xff but no picture"])
def test_what_is_no_picture_is_not_read(content: bytes) -> None:
    with pytest.raises(PhotoUnfit):
        read_picture(content)


def test_what_was_read_is_compared_by_what_it_says() -> None:
    line = Line("a", 0.1, 0.25, 0.3, 0.5, 0.9)
    assert Reading((line,)) == Reading((Line("a", 0.1, 0.25, 0.3, 0.5, 0.9),))
    assert line.height == 0.25
    assert KeptFile._meta.abstract
