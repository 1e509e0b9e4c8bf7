"""What a corrected value was before, from the history that the database keeps."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db import connection

from osler.clinic.records.models import Observation

_REPLACED = """
SELECT row_id, replaced_at, content FROM audit_rowhistory
WHERE table_name = 'records_observation' AND row_id = ANY(%s) ORDER BY row_id, version
"""
ISSUED = frozenset({"final", "corrected", "amended"})


@dataclass(frozen=True)
class Correction:
    """A value that was replaced after it had been final."""

    name: str
    value: Decimal | None
    text: str
    unit: str
    replaced_at: datetime


def corrections_of(values: Sequence[Observation]) -> list[Correction]:
    """Every final value of these observations that another one has replaced, the oldest first."""
    present = {row.id: row for row in values}
    with connection.cursor() as cursor:
        cursor.execute(_REPLACED, [list(present)])
        replaced = cursor.fetchall()
    found: list[Correction] = []
    for row_id, replaced_at, content in replaced:
        old, row = json.loads(content), present[row_id]
        value = None if old["value"] is None else Decimal(str(old["value"]))
        if old["status"] in ISSUED and (value, old["value_text"]) != (row.value, row.value_text):
            found.append(Correction(row.display, value, old["value_text"], old["unit"], replaced_at))
    return found
