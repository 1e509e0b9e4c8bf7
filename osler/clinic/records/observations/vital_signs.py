"""Which vital signs there are: their codes, units and what a living body can show."""

import csv
import functools
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from osler.clinic.records.errors import Implausible, MissingUnit, UnknownUnit
from osler.foundation.terminology.units import convert

PLACES = Decimal("0.000001")


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
        if unit != self.unit and unit not in self.also:
            raise UnknownUnit(field=self.key)
        converted = value if unit == self.unit else convert(value, unit, self.unit)
        if not self.lowest <= converted <= self.highest:
            raise Implausible(field=self.key)
        return converted.quantize(PLACES) if unit != self.unit else converted


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
