"""What the columns of a file look like: how full they are, examples, values where there are few."""

from collections import Counter
from typing import Any

from osler.clinic.patients.importing.values import date_orders
from osler.foundation.sheets.sheet import Sheet

ROWS = 5_000
EXAMPLES, FEW, LETTERS = 3, 12, 60


def sample_of(sheet: Sheet) -> dict[str, Any]:
    """Header and columns, out of the first thousands of rows."""
    rows = [row.cells for row in sheet.rows[:ROWS]]
    columns = []
    for place in range(len(sheet.header)):
        cells = [cells[place].strip() for cells in rows if place < len(cells)]
        columns.append(_column([cell for cell in cells if cell]))
    return {"header": sheet.header, "rows": len(rows), "columns": columns}


def _column(cells: list[str]) -> dict[str, Any]:
    counts = Counter(cells)
    is_few = len(counts) <= FEW and all(len(value) <= LETTERS for value in counts)
    return {
        "filled": len(cells),
        "examples": [value[:LETTERS] for value in list(counts)[:EXAMPLES]],
        "values": dict(counts.most_common()) if is_few else {},
        "dates": dict(date_orders(cells)),
    }
