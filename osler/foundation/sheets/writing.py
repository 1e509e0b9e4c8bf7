"""CSV for spreadsheets, which take a cell that begins like a formula for one (OWASP, CSV injection)."""

import csv
import io
from collections.abc import Iterable, Sequence


def write_csv(rows: Iterable[Sequence[object]]) -> str:
    """The text of a CSV file, each cell harmless."""
    text = io.StringIO()
    csv.writer(text).writerows([harmless(str(cell)) for cell in row] for row in rows)
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return (
        f"'{cell}"
        if cell[:1] in {"=", "@", "\t", "\r"} or (cell[:1] in "+-" and not _is_number(cell))
        else cell
    )


def _is_number(cell: str) -> bool:
    """A phone number or an amount begins with + or -, too."""
    return not cell.strip("+-() .0123456789")
