"""What a statement costs the database, read from its plan."""

from collections.abc import Sequence
from typing import Any

from django.db import connection


def rows_read(sql: str, values: Sequence[Any] = ()) -> float:
    """How many rows the scans of a statement touch, run as whoever acts now."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", list(values) or None)
        return _touched(cursor.fetchone()[0][0]["Plan"])


def _touched(plan: dict[str, Any]) -> float:
    own = (plan["Actual Rows"] + plan.get("Rows Removed by Filter", 0)) * plan["Actual Loops"]
    is_scan = "Scan" in plan["Node Type"] and plan["Node Type"] != "Subquery Scan"
    return (own if is_scan else 0) + sum(_touched(part) for part in plan.get("Plans", []))
