"""A child for tests of `apart`: does what it is told."""

import os
import sys
import time
from pathlib import Path

from osler.foundation.files import bounds


def main(what: str) -> None:
    bounds.bound(megabytes=256, seconds=2)
    content = bounds.given()
    if what == "echo":
        bounds.answer([content, b"", content[::-1]])
    elif what == "look":
        bounds.answer([" ".join(os.environ).encode(), written()])
    elif what == "raise":
        raise ValueError("no picture")
    elif what == "die":
        os.kill(os.getpid(), 9)
    elif what == "unfit":
        bounds.unfit()
    elif what == "fill":
        bytearray(1024 * 1024 * 1024)
    elif what == "spin":
        while True:
            pass
    elif what == "sleep":
        time.sleep(600)


def written() -> bytes:
    import signal

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    place = Path(f"/tmp/osler-written-{os.getpid()}")
    try:
        place.write_bytes(b"x")
    except OSError:
        return b"refused"
    finally:
        place.unlink(missing_ok=True)
    return b"written"


if __name__ == "__main__":
    main(sys.argv[1])
