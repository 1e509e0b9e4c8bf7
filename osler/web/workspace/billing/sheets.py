"""Tables to take away: CSV that a spreadsheet opens without obeying it."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

OBEYED = ("=", "+", "-", "@", "\t", "\r")
MOST_ROWS = 20_000


def sheet(name: str, head: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A CSV file; words that a spreadsheet would take for a formula are marked as text."""
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
    response.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # tells spreadsheets that this is UTF-8
    writer = csv.writer(response)
    writer.writerow([str(cell) for cell in head])
    writer.writerows([_safe(cell) for cell in row] for row in rows)
    return response


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(OBEYED) else cell
