"""Pictures that people send: taken only if their bytes are a picture, and freed of where they were made.

A JPEG is read segment by segment, a PNG chunk by chunk: what is no part of the picture (place, camera,
comments, whatever is hung on its end) is left out, and what cannot be read is refused.
"""

import struct
import zlib
from dataclasses import dataclass

from osler.foundation.files.errors import PhotoUnfit

LARGEST = 8 * 1024 * 1024
LONGEST_SIDE = 12_000
PNG = b"\x89PNG\r\n\x1a\n"
PNG_KEPT = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"sRGB", b"cHRM", b"pHYs"})
FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
JPEG_DROPPED = frozenset({*range(0xE1, 0xF0), 0xFE} - {0xE2, 0xEE})
ORIENTATION = 0x0112


@dataclass(frozen=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    content_type: str


def picture_of(content: bytes) -> Picture:
    """The picture that these bytes are; refused with PhotoUnfit."""
    if not 0 < len(content) <= LARGEST:
        raise PhotoUnfit
    try:
        if content.startswith(b"\xff\xd8\xff"):
            return Picture(_clean_jpeg(content), "image/jpeg")
        if content.startswith(PNG):
            return Picture(_clean_png(content), "image/png")
    except (struct.error, IndexError) as error:
        raise PhotoUnfit from error
    raise PhotoUnfit


def _clean_jpeg(content: bytes) -> bytes:
    kept, place, turned, has_frame = [b"\xff\xd8"], 2, 1, False
    while True:
        if content[place] != 0xFF:
            raise PhotoUnfit
        marker = content[place + 1]
        (length,) = struct.unpack_from(">H", content, place + 2)
        segment = content[place : place + 2 + length]
        if length < 2 or len(segment) != length + 2:
            raise PhotoUnfit
        if marker == 0xE1 and segment[4:10] == b"Exif\0\0":
            turned = _orientation(segment[10:])
        if marker in FRAMES:
            has_frame = True
            _require_sides(*struct.unpack_from(">HH", segment, 5))
        if marker not in JPEG_DROPPED:
            kept.append(segment)
        place += 2 + length
        if marker == 0xDA:
            break
    end = content.rfind(b"\xff\xd9")
    if not has_frame or end < place:
        raise PhotoUnfit
    if turned != 1:
        kept.insert(1, _turned(turned))
    return b"".join([*kept, content[place : end + 2]])


def _orientation(tiff: bytes) -> int:
    """How the camera was held; 1 if that cannot be read."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (first,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, first)
        for number in range(min(count, 64)):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", tiff, first + 2 + 12 * number)
            if tag == ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _turned(orientation: int) -> bytes:
    """An Exif segment that says nothing but how the camera was held."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, ORIENTATION, 3, 1, orientation, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff


def _clean_png(content: bytes) -> bytes:
    kept, place, is_first, has_data = [PNG], len(PNG), True, False
    while True:
        length, kind = struct.unpack_from(">I4s", content, place)
        chunk = content[place : place + 12 + length]
        if len(chunk) != length + 12:
            raise PhotoUnfit
        if zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0] or (kind == b"IHDR") != is_first:
            raise PhotoUnfit
        if is_first:
            _require_sides(*struct.unpack_from(">II", chunk, 8))
        is_first, has_data = False, has_data or kind == b"IDAT"
        if kind in PNG_KEPT:
            kept.append(chunk)
        elif not kind[0] & 0x20:  # a critical part that we do not know
            raise PhotoUnfit
        if kind == b"IEND":
            break
        place += 12 + length
    if not has_data:
        raise PhotoUnfit
    return b"".join(kept)


def _require_sides(height: int, width: int) -> None:
    if not (0 < height <= LONGEST_SIDE and 0 < width <= LONGEST_SIDE):
        raise PhotoUnfit
