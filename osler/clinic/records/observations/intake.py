"""Which vital signs a nurse takes, and their values in the unit that they are kept in."""

from decimal import Decimal

from osler.clinic.records.errors import Implausible, MissingUnit, UnknownUnit
from osler.foundation.terminology.units import convert
from osler.foundation.terminology.vital_signs import VitalSign, vital_signs

PRESSURES = ("systolic", "diastolic")
TAKEN = (
    *PRESSURES,
    "pulse",
    "temperature",
    "respiration",
    "saturation",
    "weight",
    "height",
    "head",
    "pain",
)
PLACES = Decimal("0.000001")


def taken_signs() -> list[VitalSign]:
    """The signs of an intake, in the order in which they are taken."""
    known = vital_signs()
    return [known[key] for key in TAKEN]


def in_own_unit(sign: VitalSign, value: Decimal, unit: str) -> Decimal:
    """The value in the unit of the sign; refused without a unit, or where no living body has it."""
    if not unit:
        raise MissingUnit(field=sign.key)
    if unit != sign.unit and unit not in sign.also_units:
        raise UnknownUnit(field=sign.key)
    converted = value if unit == sign.unit else convert(value, unit, sign.unit)
    if not sign.is_plausible(converted):
        raise Implausible(field=sign.key)
    return converted.quantize(PLACES)
