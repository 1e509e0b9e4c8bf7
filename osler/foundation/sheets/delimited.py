"""CSV as programs write it: its encoding and its delimiter are recognized, its quotes are held strictly."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from osler.foundation.sheets.sheet import MOST_COLUMNS, MOST_LETTERS, Gathering, Sheet, Unreadable, at

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_ROWS, SAMPLE_LETTERS = 30, 200_000
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_ANNOUNCED = re.compile(r'"?sep=(.)"?\r?\n')


def read_delimited(content: bytes) -> Sheet:
    """The table of a CSV file."""
    text, encoding = _decoded(content)
    announced = _ANNOUNCED.match(text)
    delimiter = announced[1] if announced and announced[1] in DELIMITERS else _delimiter_of(text)
    control = _CONTROL.search(text)
    if control is not None:
        _refuse_control(text[: control.start()], delimiter)
    gathering = Gathering()
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    for number, cells in _numbered(reader, text, delimiter):
        if not (announced and number == 1):
            gathering.take(number, cells)
    gathering.require_rows()
    return Sheet(gathering.header, gathering.rows, "csv", encoding, delimiter)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text, and what its encoding is called; a byte that is no letter of it is refused with its place."""
    for mark, codec, name in _MARKS:
        if content.startswith(mark):
            return _decode(content, codec), name
    if codec := _unmarked_utf16(content[:2000]):
        return _decode(content, codec), "UTF-16"
    try:
        return content.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        return _decode(content, "cp1252"), "Windows-1252"


def _unmarked_utf16(head: bytes) -> str:
    """The codec of a UTF-16 text that has no mark: of plain letters every second byte is zero."""
    half = len(head) // 2
    if half > 4 and head[1::2].count(0) > half * 0.7 and not head[::2].count(0):
        return "utf-16-le"
    return "utf-16-be" if half > 4 and head[::2].count(0) > half * 0.7 and not head[1::2].count(0) else ""


def _decode(content: bytes, codec: str) -> str:
    try:
        return content.decode(codec)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(codec, errors="ignore")
        words = _("a byte that is no letter of any encoding we know (UTF-8, UTF-16, Windows-1252).")
        raise at(before.count("\n") + 1, 0, words) from None


def _delimiter_of(text: str) -> str:
    """What parts the cells: the sign by which most rows have equally many of them."""
    best = (0.0, ",")
    for delimiter in DELIMITERS:
        reader = csv.reader(io.StringIO(text[:SAMPLE_LETTERS], newline=""), delimiter=delimiter)
        try:
            widths = Counter(len(cells) for cells in islice(reader, SAMPLE_ROWS) if cells)
        except csv.Error:
            continue
        wide = {width: count for width, count in widths.items() if width > 1}
        if wide:
            width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
            best = max(best, (count / widths.total() + width / 1e6, delimiter))
    return best[1]


def _numbered(reader: Iterator[list[str]], text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    number, line = 0, 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _refused(error, number + 1, text, line, delimiter) from None
        number, line = number + 1, reader.line_num  # type: ignore[attr-defined]  # csv readers have it
        yield number, cells


def _refused(error: csv.Error, number: int, text: str, line: int, delimiter: str) -> Unreadable:
    """What the reader stumbled over, with the place, which it does not know itself."""
    start = 0
    for _count in range(line):
        start = text.find("\n", start) + 1
    column, is_long = _stumbled(text[start:], delimiter)
    if is_long:
        words = _("a cell has more than %(most)s characters.") % {"most": f"{MOST_LETTERS:,}"}
    elif "unexpected end" in str(error):
        words = _("a quotation mark is opened and never closed.")
    else:
        words = _("a quotation mark stands in the middle of a cell. Inside quotes it must be doubled.")
    return at(number, column, words)


def _stumbled(text: str, delimiter: str) -> tuple[int, bool]:
    """The column of a row in which something is wrong, and whether a cell is too long there."""
    column, length, quoted, was_quoted = 1, 0, False, False
    for letter in text:
        if letter == '"' and (quoted or length == 0):
            quoted, was_quoted = not quoted, True
        elif not quoted and letter == delimiter:
            if column > MOST_COLUMNS:
                break
            column, length, was_quoted = column + 1, 0, False
            continue
        elif not quoted and (letter in "\r\n" or was_quoted):
            break
        length += 1
        if length > MOST_LETTERS:
            return column, True
    return column, False


def _refuse_control(before: str, delimiter: str) -> None:
    rows = list(csv.reader(io.StringIO(before, newline=""), delimiter=delimiter))
    is_new = before.endswith(("\n", "\r")) or not rows
    row, column = (len(rows) + 1, 1) if is_new else (len(rows), len(rows[-1]))
    words = _("a character that no text has. Is this a CSV file, and undamaged?")
    raise at(row, column, words)
