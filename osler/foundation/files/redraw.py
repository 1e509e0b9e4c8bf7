"""A child of `apart`: decodes one picture and draws it anew, upright, square and small, in sRGB.

Whatever the sent file held beside its pixels (place, camera, thumbnail of the uncropped picture, words,
something hung on its end) is not in the new one, which is written from pixels alone.
"""

import io
import sys

from PIL import Image, ImageCms, ImageOps

from osler.foundation.files import bounds

FORMATS = ("JPEG", "PNG", "WEBP")
MEGABYTES, SECONDS = 768, 10
LONGEST_SIDE, SHORTEST_SIDE = 12_000, 48
MOST_PIXELS = {"JPEG": 100_000_000, "PNG": 24_000_000, "WEBP": 24_000_000}
"""A JPEG is decoded at the size that is wanted, the others whole."""
QUALITY = 85
WHITE = (255, 255, 255)


def main() -> None:
    """`redraw LEFT TOP SIDE SIZE...`: the square in parts of the upright picture, then each size wanted."""
    bounds.bound(megabytes=MEGABYTES, seconds=SECONDS)
    left, top, side = (float(number) for number in sys.argv[1:4])
    sizes = [int(number) for number in sys.argv[4:]]
    try:
        picture = opened(bounds.given(), max(sizes), side)
        square = cut(picture, left, top, side)
        bounds.answer(drawn(square, size) for size in sizes)
    except Exception:
        bounds.unfit()


def opened(content: bytes, size: int, side: float) -> Image.Image:
    """The picture upright, in sRGB, on white where it is transparent."""
    Image.MAX_IMAGE_PIXELS = None  # its own guard only warns; the sizes are looked at here
    picture = Image.open(io.BytesIO(content), formats=FORMATS)
    width, height = picture.size
    kind = "JPEG" if picture.format == "MPO" else picture.format or ""
    if (
        max(width, height) > LONGEST_SIDE
        or width * height > MOST_PIXELS[kind]
        or min(width, height) < SHORTEST_SIDE
    ):
        raise ValueError("too large or too small")
    if kind != "JPEG" and getattr(picture, "n_frames", 1) > 1:
        raise ValueError("moves")
    if kind == "JPEG":
        wanted = int(2 * size / max(side, 0.05))
        picture.draft("RGB" if picture.mode == "RGB" else None, (wanted, wanted))
    picture.load()
    profile = picture.info.get("icc_profile")
    return plain(ImageOps.exif_transpose(picture), profile)


def plain(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Eight bits of red, green and blue."""
    if picture.mode.startswith("I"):
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA", "P", "La", "RGBa"):
        clear = picture.convert("RGBA")
        ground = Image.new("RGB", clear.size, WHITE)
        ground.paste(clear, mask=clear.getchannel("A"))
        return ground
    if profile and picture.mode in ("RGB", "CMYK", "L"):
        picture = in_srgb(picture, profile)
    return picture.convert("RGB")


def in_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    """The colours as they are meant, as far as the profile says so."""
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, source, target, outputMode="RGB") or picture
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture


def cut(picture: Image.Image, left: float, top: float, side: float) -> Image.Image:
    """The square that was chosen: its place in parts of width and height, its side in parts of the shorter
    one; what lies outside is moved in. A negative place means the middle, where faces are: above it."""
    width, height = picture.size
    edge = max(1, round(min(width, height) * min(max(side, 0.05), 1.0)))
    if left < 0 or top < 0:
        x, y = (width - edge) // 2, (height - edge) // 3
    else:
        x, y = min(round(width * left), width - edge), min(round(height * top), height - edge)
    return picture.crop((x, y, x + edge, y + edge))


def drawn(square: Image.Image, size: int) -> bytes:
    """The square at most this large, as JPEG."""
    edge = min(size, square.width)
    small = square.resize((edge, edge), Image.Resampling.LANCZOS)
    small.info.clear()  # a writer would carry on the words that the sent file had
    paper = io.BytesIO()
    small.save(paper, "JPEG", quality=QUALITY, optimize=True)
    return paper.getvalue()


if __name__ == "__main__":
    main()
