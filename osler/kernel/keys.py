"""Row keys: time-ordered UUIDs (RFC 9562 version 7), which are also the FHIR ids."""

import os
import time
import uuid
from threading import Lock

_RANDOM_B = 62
_lock = Lock()
_last = (0, 0)


def uuid7() -> uuid.UUID:
    """A new version 7 UUID: 48 bits of Unix milliseconds, then 74 random bits.

    Of one process, the keys of one millisecond are in the order in which they were made: each
    adds a random step to the one before (RFC 9562, 6.2, method 2), so news is told in order.
    """
    global _last
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        if milliseconds == _last[0]:
            random_bits = _last[1] + 1 + int.from_bytes(os.urandom(4), "big")
        else:
            # 73 of the 74 bits: the highest is left for the steps to grow into.
            random_bits = int.from_bytes(os.urandom(10), "big") >> 7
        _last = (milliseconds, random_bits)
    random_a, random_b = divmod(random_bits, 1 << _RANDOM_B)
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | 0x7 << 76 | random_a << 64 | 0x2 << 62 | random_b
    return uuid.UUID(int=value)
