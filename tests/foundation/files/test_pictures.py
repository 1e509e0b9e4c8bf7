"""Photos: pictures alone, and of a picture only what is seen."""

import random
import struct
import zlib

import pytest

from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST, picture_of
from tests.clinic.intake.staging import PNG

SCAN = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\x34\xff\x00\x56" + b"\xff\xd9"
FRAME = b"\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00"
TABLE = b"\xff\xdb\x00\x04\x00\x01"


def exif(orientation: int) -> bytes:
    tiff = b"II*\0" + struct.pack("<IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0) + b"GPS 42.1, -71.2"
    return b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_jpeg_loses_its_place_and_keeps_how_it_was_held() -> None:
    sent = b"\xff\xd8" + exif(6) + b"\xff\xfe\x00\x08secret" + TABLE + FRAME + SCAN + b"PK\x03\x04 a zip"

    kept = picture_of(sent)

    assert kept.content_type == "image/jpeg"
    assert b"GPS" not in kept.content
    assert b"secret" not in kept.content
    assert b"PK" not in kept.content
    assert kept.content.endswith(TABLE + FRAME + SCAN)
    assert picture_of(kept.content) == kept
    assert b"\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06" in kept.content


def test_a_jpeg_that_was_held_upright_says_nothing_of_it() -> None:
    assert picture_of(b"\xff\xd8" + exif(1) + FRAME + SCAN).content == b"\xff\xd8" + FRAME + SCAN


def test_a_png_loses_its_words_and_what_hangs_on_it() -> None:
    end = PNG.index(b"\x00\x00\x00\x00IEND")
    sent = PNG[:end] + chunk(b"tEXt", b"Author\0Ada") + chunk(b"eXIf", b"GPS") + PNG[end:] + b"<script>"

    assert picture_of(sent).content == PNG


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8\xff",
        b"\xff\xd8" + FRAME,
        b"\xff\xd8" + SCAN,
        b"\xff\xd8" + FRAME + SCAN[:-2],
        b"\xff\xd8\xff\xc0\x00\x01",
        b"\xff\xd8" + FRAME.replace(b"\x00\x10\x00\x10", b"\xff\xff\xff\xff") + SCAN,
        PNG[:-1],
        PNG.replace(b"IDAT", b"IDAX"),
        PNG[:8] + PNG[33:],
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)),
        b"<html>" + PNG,
        b"x" * (LARGEST + 1),
    ],
)
def test_what_is_no_whole_picture_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoUnfit):
        picture_of(content)


def test_broken_pictures_are_refused_and_nothing_else_happens() -> None:
    seed = 1867
    chance = random.Random(seed)
    whole = [PNG, b"\xff\xd8" + exif(6) + TABLE + FRAME + SCAN]
    for turn in range(3000):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 6)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            picture_of(bytes(content[: chance.randrange(len(content) + 1)]))
        except PhotoUnfit:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}, turn {turn}: {bytes(content)!r}") from error
