"""Which vital signs there are: their codes, units and what a living body can show."""

import csv
import functools
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from osler.clinic.records.errors import Implausible, MissingUnit, UnknownUnit

PLACES = Decimal("0.000001")
# Exact by definition (international pound and inch, NIST Handbook 44, appendix C).
CONVERSIONS: dict[tuple[str, str], Callable[[Decimal], Decimal]] = {
    ("[lb_av]", "kg"): lambda pounds: pounds * Decimal("0.45359237"),
    ("g", "kg"): lambda grams: grams / 1000,
    ("[in_i]", "cm"): lambda inches: inches * Decimal("2.54"),
    ("[degF]", "Cel"): lambda degrees: (degrees - 32) * 5 / 9,
}


@dataclass(frozen=True)
class VitalSign:
    """One measurement: `unit` is the one it is kept in (UCUM), `also` those it may be given in."""

    key: str
    code: str
    display: str
    unit: str
    also: tuple[str, ...]
    lowest: Decimal
    highest: Decimal

    def in_own_unit(self, value: Decimal, unit: str) -> Decimal:
        """The value in the unit that it is kept in; refused without a unit or out of bounds."""
        if not unit:
            raise MissingUnit(field=self.key)
        converted = self._convert(value, unit)
        if not self.lowest <= converted <= self.highest:
            raise Implausible(field=self.key)
        return converted

    def _convert(self, value: Decimal, unit: str) -> Decimal:
        if unit == self.unit:
            return value
        conversion = CONVERSIONS.get((unit, self.unit))
        if conversion is None or unit not in self.also:
            raise UnknownUnit(field=self.key)
        return conversion(value).quantize(PLACES)


@functools.cache
def vital_signs() -> dict[str, VitalSign]:
    """All vital signs by key, in the order in which they are taken."""
    with Path(__file__).with_name("vital_signs.csv").open(newline="") as file:
        return {row["key"]: _vital_sign(row) for row in csv.DictReader(file)}


def _vital_sign(row: dict[str, str]) -> VitalSign:
    return VitalSign(
        key=row["key"],
        code=row["code"],
        display=row["display"],
        unit=row["unit"],
        also=tuple(row["also"].split()),
        lowest=Decimal(row["lowest"]),
        highest=Decimal(row["highest"]),
    )
