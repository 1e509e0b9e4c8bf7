"""Pictures for tests, painted when they are wanted: a face that is no one's, on a field of one colour."""

import io
from typing import Any

from PIL import Image, ImageDraw


def face(width: int = 400, height: int = 500, *, ground: str = "#2f6f8f", mode: str = "RGB") -> Image.Image:
    """A round head with two eyes, in the upper half."""
    picture = Image.new("RGB", (width, height), ground)
    pen = ImageDraw.Draw(picture)
    edge = min(width, height)
    left, top = (width - edge * 0.5) / 2, height * 0.15
    pen.ellipse((left, top, left + edge * 0.5, top + edge * 0.6), fill="#e8c39e")
    for eye in (0.15, 0.3):
        x = left + edge * eye
        pen.ellipse((x, top + edge * 0.2, x + edge * 0.05, top + edge * 0.25), fill="#222222")
    return picture if mode == "RGB" else picture.convert(mode)


def written(picture: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a picture file."""
    paper = io.BytesIO()
    picture.save(paper, kind, **options)
    return paper.getvalue()


def seen(content: bytes) -> Image.Image:
    """The picture that bytes are."""
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture
