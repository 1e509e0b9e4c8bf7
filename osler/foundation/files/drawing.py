"""Portraits: any picture that people bring, drawn anew as a small square in two sizes."""

import math
from dataclasses import dataclass

from osler.foundation.files.apart import worked_apart
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST

JPEG = "image/jpeg"
LARGE, SMALL = 640, 96
SECONDS = 15.0
MOST_BACK = 4 * 1024 * 1024
MIDDLE = (-1.0, -1.0, 1.0)
BEGINNINGS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF")


@dataclass(frozen=True)
class Crop:
    """The square that somebody has chosen: `left` and `top` in parts of width and height of the upright
    picture, `side` in parts of its shorter side."""

    left: float
    top: float
    side: float

    @classmethod
    def read(cls, left: str, top: str, side: str) -> "Crop | None":
        """The square that a form names, or nothing if it names none that can be."""
        try:
            found = cls(float(left), float(top), float(side))
        except ValueError:
            return None
        numbers = (found.left, found.top, found.side)
        is_sane = all(math.isfinite(number) and 0 <= number <= 1 for number in numbers)
        return found if is_sane and found.side >= 0.05 else None


@dataclass(frozen=True)
class Portrait:
    """The picture as it is kept, and as lists show it; both JPEG."""

    large: bytes
    small: bytes


def portrait_of(content: bytes, *, crop: Crop | None = None) -> Portrait:
    """These bytes as a square picture; refused with PhotoUnfit. Without a crop the middle is taken."""
    if not 0 < len(content) <= LARGEST or not content.startswith(BEGINNINGS):
        raise PhotoUnfit
    place = (crop.left, crop.top, crop.side) if crop else MIDDLE
    told = [*(f"{number:.6f}" for number in place), str(LARGE), str(SMALL)]
    parts = worked_apart("osler.foundation.files.redraw", content, told=told, seconds=SECONDS, most=MOST_BACK)
    if len(parts) != 2:
        raise PhotoUnfit
    return Portrait(*parts)
