"""A child of `apart`: reads the text and the barcodes of one picture. It knows no network and no key."""

import csv
import io
import json
import shutil
import subprocess
from importlib.util import find_spec
from typing import Any

from PIL import Image, ImageOps

from osler.foundation.files import bounds
from osler.foundation.files.redraw import opened

MEGABYTES, SECONDS = 4096, 80
"""Of address space: the readers map more than they use."""
TEXT_SIDE, CODE_SIDE = 1280, 2400
MOST_LINES, MOST_LETTERS, MOST_CODES = 200, 200, 8
MOST_CODE = 4096
Line = list[Any]


def main() -> None:
    """`readout`: the picture comes in, its lines and barcodes go out as JSON."""
    bounds.bound(megabytes=MEGABYTES, seconds=SECONDS)
    try:
        picture = opened(bounds.given(), CODE_SIDE, 1.0)
        said = {"lines": lines_in(picture), "barcodes": barcodes_in(picture)}
        bounds.answer([json.dumps(said).encode()])
    except Exception:
        bounds.unfit()


def barcodes_in(picture: Image.Image) -> list[str]:
    """The texts of barcodes: PDF417 of licences first of all."""
    if find_spec("zxingcpp") is None:
        return []
    import zxingcpp  # noqa: PLC0415 - optional

    found: list[str] = []
    for turn in (picture, ImageOps.autocontrast(ImageOps.grayscale(picture), cutoff=1)):
        found += [
            code.bytes.decode("utf-8", "replace") for code in zxingcpp.read_barcodes(turn) if code.valid
        ]
        if found:
            break
    return [text[:MOST_CODE] for text in dict.fromkeys(found)][:MOST_CODES]


def lines_in(picture: Image.Image) -> list[Line]:
    """Text, left, top, right and bottom in parts of the picture, and sureness of each line from the top."""
    sheet = picture.copy()
    sheet.thumbnail((TEXT_SIDE, TEXT_SIDE))
    if find_spec("rapidocr_onnxruntime") is not None:
        found = by_rapidocr(sheet)
    elif (command := shutil.which("tesseract")) is not None:
        found = by_tesseract(sheet, command)
    else:
        found = []
    return sorted(found, key=lambda line: (round(line[2], 2), line[1]))[:MOST_LINES]


def by_rapidocr(sheet: Image.Image) -> list[Line]:
    """Read by the models in the wheel of rapidocr-onnxruntime."""
    import numpy  # noqa: PLC0415 - optional
    from rapidocr_onnxruntime import RapidOCR  # noqa: PLC0415 - optional

    reader = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)
    result, _times = reader(numpy.asarray(sheet)[:, :, ::-1])
    width, height = sheet.size
    lines: list[Line] = []
    for corners, text, sureness in result or ():
        across, down = [corner[0] / width for corner in corners], [corner[1] / height for corner in corners]
        box = [round(float(edge), 4) for edge in (min(across), min(down), max(across), max(down))]
        lines.append([text[:MOST_LETTERS], *box, round(float(sureness), 3)])
    return lines


def by_tesseract(sheet: Image.Image, command: str) -> list[Line]:
    """Read by the tesseract that the system has; words become lines by its own numbering."""
    paper = io.BytesIO()
    sheet.save(paper, "PPM")
    done = subprocess.run(
        [command, "stdin", "stdout", "--psm", "11", "tsv"],
        input=paper.getvalue(),
        capture_output=True,
        check=True,
    )
    rows = csv.DictReader(
        io.StringIO(done.stdout.decode(errors="replace")), delimiter="\t", quoting=csv.QUOTE_NONE
    )
    by_line: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in rows:
        if row["level"] == "5" and row["text"].strip():
            by_line.setdefault((row["block_num"], row["par_num"], row["line_num"]), []).append(row)
    return [_line(words, *sheet.size) for words in by_line.values()]


def _line(words: list[dict[str, str]], width: int, height: int) -> Line:
    boxes = [[int(word[name]) for name in ("left", "top", "width", "height")] for word in words]
    text = " ".join(word["text"] for word in words)[:MOST_LETTERS]
    sureness = min(float(word["conf"]) for word in words) / 100
    return [
        text,
        round(min(box[0] for box in boxes) / width, 4),
        round(min(box[1] for box in boxes) / height, 4),
        round(max(box[0] + box[2] for box in boxes) / width, 4),
        round(max(box[1] + box[3] for box in boxes) / height, 4),
        round(max(sureness, 0.0), 3),
    ]


if __name__ == "__main__":
    main()
