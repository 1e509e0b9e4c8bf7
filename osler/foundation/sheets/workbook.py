"""Excel workbooks (.xlsx): the first worksheet with something in it, cell by cell, formulas by the values
that Excel has left in them. Nothing is computed, and what unfolds to too much is refused before."""

import io
import zipfile
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext_lazy as _

from osler.foundation.sheets.sheet import Gathering, Sheet, Unreadable

DAMAGED = _("This workbook is damaged or protected. Please save it again as .xlsx.")
MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
MOST_WORDS = 60 * 1024 * 1024
"""Of the list of texts, which is held whole."""
ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})


def read_workbook(content: bytes) -> Sheet:
    """The table of a workbook."""
    _require_bearable(content)
    from openpyxl import load_workbook  # noqa: PLC0415  slow import: few processes ever read a workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        names = [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for name in names:
            gathering = _gathered(book[name])
            if gathering.header:
                gathering.require_rows()
                others = tuple(other for other in names if other != name)
                return Sheet(gathering.header, gathering.rows, "xlsx", worksheet=name, left_out=others)
    except Unreadable:
        raise
    except Exception as error:  # a damaged workbook fails in the library in any way there is
        raise Unreadable(DAMAGED) from error
    raise Unreadable(_("The file is empty."))


def _require_bearable(content: bytes) -> None:
    """Refuse what is no workbook, and archives that unfold to far more than they are (zip bombs)."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise Unreadable(DAMAGED) from error
    words = sum(part.file_size for part in parts if part.filename.lower().endswith("sharedstrings.xml"))
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or words > MOST_WORDS:
        raise Unreadable(_("This workbook unpacks to more than can be read. Please save it as CSV."))


def _gathered(worksheet: Any) -> Gathering:
    """The rows of a worksheet; what it says of its own size is not believed."""
    gathering = Gathering()
    worksheet.reset_dimensions()
    for number, values in enumerate(worksheet.iter_rows(values_only=True), 1):
        cells = [_text(value) for value in values]
        while cells and not cells[-1]:
            cells.pop()
        gathering.take(number, cells)
    return gathering


def _text(value: Any) -> str:
    """A cell as text: dates as 1945-07-14, whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, str):
        return "" if value in ERRORS else value.replace("_x000D_", "")
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)
