"""What stands in a picture: lines of text and barcodes, read offline in a process of its own.

Readers are optional: `rapidocr-onnxruntime` (its models are in the wheel, nothing is fetched) or the
`tesseract` command for text, `zxing-cpp` for barcodes. Who has none of them types.
"""

import json
import shutil
from dataclasses import dataclass
from importlib.util import find_spec

from osler.foundation.files.apart import worked_apart
from osler.foundation.files.drawing import BEGINNINGS
from osler.foundation.files.errors import PhotoUnfit
from osler.foundation.files.pictures import LARGEST

SECONDS = 90.0
MOST_BACK = 1024 * 1024


@dataclass(frozen=True)
class Line:
    """A line of text, where it stands (in parts of the picture) and how sure its reader is, 0 to 1."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    sureness: float

    @property
    def height(self) -> float:
        return self.bottom - self.top


@dataclass(frozen=True)
class Reading:
    """All that was found in a picture."""

    lines: tuple[Line, ...] = ()
    barcodes: tuple[str, ...] = ()


def can_read_text() -> bool:
    """Whether a reader of text is installed here."""
    return find_spec("rapidocr_onnxruntime") is not None or shutil.which("tesseract") is not None


def can_read_barcodes() -> bool:
    """Whether a reader of barcodes is installed here."""
    return find_spec("zxingcpp") is not None


def can_read() -> bool:
    """Whether any reader is installed here."""
    return can_read_text() or can_read_barcodes()


def read_picture(content: bytes) -> Reading:
    """What stands in this picture; PhotoUnfit if it is none, WorkshopBusy if it takes too long. For jobs:
    it takes seconds and, while it runs, half a gigabyte in a process of its own."""
    if not 0 < len(content) <= LARGEST or not content.startswith(BEGINNINGS):
        raise PhotoUnfit
    parts = worked_apart("osler.foundation.files.readout", content, seconds=SECONDS, most=MOST_BACK)
    if len(parts) != 1:
        raise PhotoUnfit
    said = json.loads(parts[0])
    return Reading(tuple(Line(*line) for line in said["lines"]), tuple(said["barcodes"]))
