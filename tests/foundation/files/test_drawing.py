"""Portraits: drawn anew from pixels alone, and nothing hostile gets further than its own process."""

import random
import struct
import zlib

import pytest
from PIL import Image, PngImagePlugin

from osler.foundation.files.drawing import LARGE, SMALL, Crop, portrait_of
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST
from tests.foundation.files.painting import face, seen, written

PLACE = b"GPS 42.1, -71.2"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def bomb(width: int, height: int) -> bytes:
    """A small PNG whose pixels would fill gigabytes."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(b"\0" * (1024 * 1024 * 64), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def test_a_photo_becomes_two_square_pictures_without_its_place() -> None:
    exif = Image.Exif()
    exif[0x010E] = "secret words"
    exif.get_ifd(0x8825)[29] = PLACE.decode()
    sent = written(face(1600, 2000), exif=exif, comment=b"made by somebody") + b"PK\x03\x04 a zip"
    assert b"secret" in sent

    portrait = portrait_of(sent)

    large, small = seen(portrait.large), seen(portrait.small)
    assert (large.size, small.size, large.format, large.mode) == (
        (LARGE, LARGE),
        (SMALL, SMALL),
        "JPEG",
        "RGB",
    )
    assert not large.getexif()
    assert large.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for words in (PLACE, b"secret", b"somebody", b"PK\x03\x04"):
        assert words not in portrait.large + portrait.small


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_as_the_camera_was_held(orientation: int) -> None:
    upright = Image.new("RGB", (300, 300), "white")
    upright.paste("red", (0, 0, 150, 150))
    turns = {
        1: [],
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    held = upright
    for turn in turns[orientation]:
        held = held.transpose(turn)
    exif = Image.Exif()
    exif[0x0112] = orientation

    drawn = seen(portrait_of(written(held, exif=exif)).large)

    assert [drawn.getpixel(at)[1] > 128 for at in ((40, 40), (260, 40), (40, 260), (260, 260))] == [
        False,
        True,
        True,
        True,
    ]


def test_a_crop_takes_its_square_and_without_one_the_upper_middle() -> None:
    picture = Image.new("RGB", (400, 800), "white")
    picture.paste("red", (0, 600, 200, 800))

    chosen = seen(portrait_of(written(picture), crop=Crop(0.0, 0.75, 0.5)).large)
    middle = seen(portrait_of(written(picture)).large)

    assert chosen.size == (200, 200)
    assert chosen.getpixel((100, 100))[1] < 100
    assert middle.size == (400, 400)
    assert middle.getpixel((10, 390))[1] > 200


@pytest.mark.parametrize(
    ("left", "top", "side"),
    [
        (*numbers.split(","),)
        for numbers in (",0,1", "nan,0,1", "0,inf,1", "-1,0,1", "0,0,0", "0,0,2", "x,0,1")
    ],
)
def test_a_crop_that_cannot_be_is_none(left: str, top: str, side: str) -> None:
    assert Crop.read(left, top, side) is None


@pytest.mark.parametrize(
    "content",
    [
        written(face(mode="CMYK")),
        written(face(mode="L")),
        written(face(mode="P"), "PNG"),
        written(face(mode="RGBA"), "PNG"),
        written(face(mode="LA"), "PNG"),
        written(face(mode="1"), "PNG"),
        written(face(mode="L").convert("I").point(lambda value: value * 256).convert("I;16"), "PNG"),
        written(face(), "PNG", interlace=1),
        written(face(), "WEBP"),
        written(face(), "JPEG", progressive=True),
    ],
    ids="cmyk grey palette clear clear-grey one-bit 16-bits interlaced webp progressive".split(),  # noqa: SIM905
)
def test_every_way_to_keep_pixels_becomes_the_same_face(content: bytes) -> None:
    drawn = seen(portrait_of(content).large)

    corner, skin = drawn.getpixel((5, 5)), drawn.getpixel((200, 200))
    assert drawn.size == (400, 400)
    assert sum(skin) > sum(corner) + 150


HOSTILE = {
    "nothing": b"",
    "words": b"not a picture at all",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "svg behind a jpeg's beginning": b"\xff\xd8\xff<svg onload='alert(1)'/>",
    "html before a png": b"<html>" + written(face(), "PNG"),
    "gif": written(face(), "GIF"),
    "tiff": written(face(), "TIFF"),
    "bmp": written(face(), "BMP"),
    "a truncated jpeg": written(face())[:3000],
    "a truncated png": written(face(), "PNG")[:900],
    "a moving png": written(face(), "PNG", save_all=True, append_images=[face(ground="#ff0000")]),
    "a moving webp": written(face(), "WEBP", save_all=True, append_images=[face(ground="#ff0000")]),
    "a wave file": b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 64,
    "a dot": written(Image.new("RGB", (1, 1)), "PNG"),
    "a line": written(Image.new("RGB", (4000, 2)), "PNG"),
    "a bomb that says so": bomb(60_000, 60_000),
    "a bomb within the sides": bomb(11_000, 11_000),
    "a jpeg of great sides": written(face()).replace(
        struct.pack(">HH", 500, 400), struct.pack(">HH", 65_000, 65_000), 1
    ),
    "too many bytes": b"\xff\xd8\xff" + b"x" * LARGEST,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_portrait_is_refused(content: bytes) -> None:
    with pytest.raises(PhotoUnfit):
        portrait_of(content)


def test_a_bomb_of_words_beside_the_pixels_is_refused_or_left_out() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "x" * 50_000_000, zip=True)
    try:
        portrait = portrait_of(written(face(), "PNG", pnginfo=info))
    except PhotoUnfit:
        return
    assert len(portrait.large) < 200_000


def test_a_file_that_is_two_things_at_once_is_a_picture_alone() -> None:
    both = written(face()) + b"<script>alert(1)</script>%PDF-1.7"

    portrait = portrait_of(both)

    assert b"script" not in portrait.large and b"%PDF" not in portrait.large
    assert portrait.large == portrait_of(written(face())).large


def test_broken_pictures_are_refused_or_drawn_and_nothing_else_happens() -> None:
    seed = 1867
    chance = random.Random(seed)
    whole = [written(face(120, 120)), written(face(120, 120), "PNG"), written(face(120, 120), "WEBP")]
    for turn in range(12):
        content = bytearray(chance.choice(whole))
        for _ in range(chance.randrange(1, 30)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        try:
            portrait = portrait_of(bytes(content))
        except PhotoUnfit:
            continue
        except Exception as error:
            raise AssertionError(f"seed {seed}, turn {turn}") from error
        assert seen(portrait.large).format == "JPEG"
