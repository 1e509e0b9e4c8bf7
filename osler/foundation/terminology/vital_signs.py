"""The vital signs: codes, units, and what a living body can show."""

import functools
from dataclasses import dataclass
from decimal import Decimal

from osler.foundation.terminology.data_files import rows
from osler.kernel.coding import LOINC


@dataclass(frozen=True, slots=True)
class VitalSign:
    """One measurement, kept in `unit`; outside `lowest` to `highest` it is a slip of the pen.

    `panel` is the key of the sign that it is a component of (blood pressure).
    """

    key: str
    code: str
    display: str
    display_es: str
    unit: str
    also_units: tuple[str, ...]
    decimals: int
    lowest: Decimal | None
    highest: Decimal | None
    also: tuple[str, ...]
    panel: str
    explanation: str
    explanation_es: str
    system: str = LOINC

    def is_plausible(self, value: Decimal) -> bool:
        """Whether a living body can show this value, given in `unit`."""
        too_low = self.lowest is not None and value < self.lowest
        too_high = self.highest is not None and value > self.highest
        return not (too_low or too_high)


@functools.cache
def vital_signs() -> dict[str, VitalSign]:
    """All vital signs by key, in the order in which they are taken."""
    return {row["key"]: _vital_sign(row) for row in rows("vital_signs")}


def _vital_sign(row: dict[str, str]) -> VitalSign:
    return VitalSign(
        key=row["key"],
        code=row["code"],
        display=row["display"],
        display_es=row["display_es"],
        unit=row["unit"],
        also_units=tuple(row["also_units"].split()),
        decimals=int(row["decimals"] or 0),
        lowest=Decimal(row["lowest"]) if row["lowest"] else None,
        highest=Decimal(row["highest"]) if row["highest"] else None,
        also=tuple(row["also"].split()),
        panel=row["panel"],
        explanation=row["explanation"],
        explanation_es=row["explanation_es"],
    )


@functools.cache
def _by_code() -> dict[str, VitalSign]:
    found = {sign.code: sign for sign in vital_signs().values()}
    for sign in vital_signs().values():
        for code in sign.also:
            found.setdefault(code, sign)
    return found


def find_vital_sign(code: str) -> VitalSign | None:
    """The vital sign of a LOINC code."""
    return _by_code().get(code.strip())
