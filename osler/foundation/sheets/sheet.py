"""A table out of a file, what was found out about the file, and how large either may be."""

from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from osler.kernel.errors import Invalid

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_LETTERS = 2_000


class Unreadable(Invalid):
    """The file is no table, or one with something in it that cannot be; the sentence names the place."""

    code = "sheet-unreadable"
    field = "file"


class Row(NamedTuple):
    """A row by its number in the file, as a spreadsheet counts."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """What a file says. Rows may be shorter or longer than the header; empty ones are left out."""

    header: list[str]
    rows: list[Row] = field(repr=False)
    kind: str = "csv"
    encoding: str = ""
    delimiter: str = ""
    worksheet: str = ""
    left_out: tuple[str, ...] = ()
    """Other worksheets of the workbook."""


def at(row: int, column: int, words: str) -> Unreadable:
    """A refusal that names its place."""
    place = {"row": row, "column": column, "words": words}
    if column:
        return Unreadable(_("Row %(row)s, column %(column)s: %(words)s") % place)
    return Unreadable(_("Row %(row)s: %(words)s") % place)


class Gathering:
    """Takes row after row of a file and makes the sheet, or refuses what is too much."""

    def __init__(self) -> None:
        self.header: list[str] = []
        self.rows: list[Row] = []

    def take(self, number: int, cells: list[str]) -> None:
        """The next row; what is too large is refused before more of the file is read."""
        if len(cells) > MOST_COLUMNS:
            words = _("there are more than %(most)s columns.") % {"most": MOST_COLUMNS}
            raise at(number, MOST_COLUMNS + 1, words)
        if not any(cells):
            return
        if len("".join(cells)) > MOST_LETTERS:
            self._refuse_long(number, cells)
        if not self.header:
            self.header = [cell.strip() for cell in cells]
        elif len(self.rows) == MOST_ROWS:
            words = _("a file may have %(most)s rows. Please divide it.") % {"most": f"{MOST_ROWS:,}"}
            raise at(number, 0, words)
        else:
            self.rows.append(Row(number, cells))

    def _refuse_long(self, number: int, cells: list[str]) -> None:
        for column, cell in enumerate(cells, 1):
            if len(cell) > MOST_LETTERS:
                words = _("a cell has more than %(most)s characters.") % {"most": f"{MOST_LETTERS:,}"}
                raise at(number, column, words)

    def require_rows(self) -> None:
        """A header alone is nothing to read."""
        if not self.header:
            raise Unreadable(_("The file is empty."))
        if not self.rows:
            raise Unreadable(_("There is no row below the headings."))
