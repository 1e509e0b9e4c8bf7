"""The limits that a child lays on itself before it reads its first byte. The standard library alone."""

import struct
import sys
from collections.abc import Iterable
from typing import NoReturn

UNFIT = 3


def bound(*, megabytes: int, seconds: int) -> None:
    """No more memory and processor time than this, and no file is written."""
    try:
        import resource  # noqa: PLC0415 - optional: Unix alone has it
    except ImportError:
        return
    most = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def given() -> bytes:
    """The bytes to work on."""
    return sys.stdin.buffer.read()


def answer(parts: Iterable[bytes]) -> None:
    """Give the results back, each after its length."""
    for part in parts:
        sys.stdout.buffer.write(struct.pack(">I", len(part)) + part)
    sys.stdout.buffer.flush()


def unfit() -> NoReturn:
    """End: the bytes are not what they should be."""
    sys.exit(UNFIT)
