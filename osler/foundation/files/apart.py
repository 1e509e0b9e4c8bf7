"""Work on foreign bytes in a process of its own: short, bounded, and gone with all its memory.

Decoders of pictures have had holes and always will: no byte from outside is decoded in a process that
holds keys or a connection. The child gets its bytes through a pipe, an empty environment and no arguments
from outside; it gives back parts of bytes, or an exit code.
"""

import struct
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from osler.foundation.files.errors import PhotoUnfit, WorkshopBusy

ROOT = Path(__file__).resolve().parents[3]
_LENGTH = struct.Struct(">I")


def worked_apart(
    module: str, content: bytes, *, told: Sequence[str] = (), seconds: float, most: int
) -> list[bytes]:
    """What a module of ours makes of these bytes; PhotoUnfit if it is no such file or kills its reader,
    WorkshopBusy if it takes too long. At most `most` bytes come back."""
    command = [sys.executable, "-s", "-B", "-W", "ignore", "-m", module, *told]
    # Its own module path and nothing else: no key, no address of a database.
    environment = {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            timeout=seconds,
            env=environment,
            cwd="/",
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise WorkshopBusy from error
    if done.returncode != 0:
        raise PhotoUnfit
    return _parts(done.stdout[:most])


def _parts(answer: bytes) -> list[bytes]:
    parts, place = [], 0
    while place < len(answer):
        if len(answer) - place < _LENGTH.size:
            raise PhotoUnfit
        (length,) = _LENGTH.unpack_from(answer, place)
        place += _LENGTH.size
        part = answer[place : place + length]
        if len(part) != length:
            raise PhotoUnfit
        parts.append(part)
        place += length
    return parts
