"""Units of measure (UCUM): what they are, exact conversion, and reading what people type."""

import functools
import re
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction

from osler.foundation.terminology.data_files import rows, words_of
from osler.foundation.terminology.errors import (
    NotConvertible,
    NumberUnclear,
    UnitMissing,
    UnitUnknown,
)

DIGITS = 30
# NGSP percent to IFCC mmol/mol, the IFCC master equation (Hoelzel et al., Clin Chem 2004;50:166).
NGSP_SLOPE, NGSP_OFFSET = Fraction(9148, 100_000), Fraction(2152, 1000)
A1C = "hemoglobin A1c"
# "1,234" is a thousand and more to some, a bit over one to others.
_TWO_READINGS = re.compile(r"[+-]?\d{1,3}(,\d{3})+")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:[.,]\d{1,9})?|[+-]?[.]\d{1,9}")
_SIMPLE = re.compile(r"([+-]?\d[\d.,]*|[+-]?[.]\d+)\s*(.*)")
_PAIR = re.compile(r"(\d[\d.,]*)\s*([a-z']+)\s*(\d[\d.,]*)\s*([a-z\"]*)", re.IGNORECASE)
_COMPOUNDS = (("[ft_i]", "[in_i]"), ("[lb_av]", "[oz_av]"), ("[stone_av]", "[lb_av]"))


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit; one of it is (1 + offset) times `factor` of its dimension's first unit."""

    code: str
    symbol: str
    name: str
    dimension: str
    factor: Fraction
    offset: Fraction

    def __str__(self) -> str:
        return self.symbol or self.code


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit (UCUM code)."""

    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Substance:
    """What a conversion between mass and amount needs to know of an analyte."""

    name: str
    molar_mass: Fraction | None
    valence: int | None


@functools.cache
def units() -> dict[str, Unit]:
    """All units by UCUM code."""
    return {
        row["code"]: Unit(
            code=row["code"],
            symbol=row["symbol"],
            name=row["name"],
            dimension=row["dimension"],
            factor=Fraction(row["factor"]),
            offset=Fraction(row["offset"] or "0"),
        )
        for row in rows("units")
    }


@functools.cache
def _units_by_word() -> dict[str, str]:
    words: dict[str, str] = {}
    for row in rows("units"):
        spellings = (row["code"], row["symbol"], row["name"], *words_of(row["words"]))
        for spelling in spellings:
            if spelling:
                words.setdefault(_squeezed(spelling), row["code"])
    return words


def _squeezed(text: str) -> str:
    # The micro sign and the Greek letter look alike; both may be typed.
    return "".join(text.casefold().replace("μ", "µ").split())


@functools.cache
def _substances() -> dict[str, Substance]:
    found: dict[str, Substance] = {}
    for row in rows("molar_masses"):
        substance = Substance(
            name=row["analyte"],
            molar_mass=Fraction(row["molar_mass"]) if row["molar_mass"] else None,
            valence=int(row["valence"]) if row["valence"] else None,
        )
        for key in (row["analyte"].casefold(), *row["codes"].split()):
            found[key] = substance
    return found


def find_unit(text: str) -> Unit | None:
    """The unit of a UCUM code or of a common spelling (`lbs`, `mcg`, `°F`, `mmHg`)."""
    said = text.strip().rstrip(".")
    return units().get(said) or units().get(_units_by_word().get(_squeezed(said), ""))


def unit_symbol(code: str) -> str:
    """How a unit is printed; an unknown one is printed as it is, annotations aside."""
    unit = units().get(code)
    return str(unit) if unit else re.sub(r"\{[^}]*\}", "", code)


def convert(value: Decimal, from_unit: str, to_unit: str, *, analyte: str | None = None) -> Decimal:
    """The same quantity in another unit, exact to thirty digits.

    Between mass and amount of substance (mg/dL, mmol/L) the `analyte` is needed: its name or its
    LOINC code. Units are UCUM codes or common spellings.
    """
    source, target = _known(from_unit), _known(to_unit)
    if source == target:
        return value
    amount = (Fraction(value) + source.offset) * source.factor
    amount = _bridged(amount, source, target, analyte=analyte)
    return _decimal(amount / target.factor - target.offset)


def _known(text: str) -> Unit:
    if not text.strip():
        raise UnitMissing
    unit = find_unit(text)
    if unit is None:
        raise UnitUnknown
    return unit


def _bridged(amount: Fraction, source: Unit, target: Unit, *, analyte: str | None) -> Fraction:
    """The amount in the first unit of the target's dimension."""
    dimensions = (source.dimension, target.dimension)
    substance = _substances().get((analyte or "").casefold())
    if substance is not None and substance.name == A1C:
        return _glycated(amount, source, target)
    if source.dimension == target.dimension:
        return amount
    if substance is None:
        raise NotConvertible
    moles = _moles(substance)
    start, end = moles.get(dimensions[0]), moles.get(dimensions[1])
    if start is None or end is None:
        raise NotConvertible
    return amount * start / end


def _moles(substance: Substance) -> dict[str, Fraction]:
    """How many moles per liter one first unit of each concentration is."""
    moles = {"substance concentration": Fraction(1)}
    if substance.molar_mass is not None:
        moles["mass concentration"] = 1 / substance.molar_mass
    if substance.valence is not None:
        moles["equivalent concentration"] = Fraction(1, substance.valence)
    return moles


def _glycated(amount: Fraction, source: Unit, target: Unit) -> Fraction:
    percents = {"%": Fraction(100), "%{HbA1c}": Fraction(1)}
    if source.code in percents and target.code in percents:
        return amount * percents[source.code] / percents[target.code]
    if source.code in percents and target.dimension == "molar fraction":
        percent = amount * percents[source.code]
        return (percent - NGSP_OFFSET) / NGSP_SLOPE / 1000
    if source.dimension == "molar fraction" and target.code in percents:
        percent = amount * 1000 * NGSP_SLOPE + NGSP_OFFSET
        return percent / percents[target.code]
    if source.dimension == target.dimension:
        return amount
    raise NotConvertible


def _decimal(number: Fraction) -> Decimal:
    with localcontext() as context:
        context.prec = DIGITS
        quotient = Decimal(number.numerator) / Decimal(number.denominator)
    return trimmed(quotient)


def trimmed(number: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent."""
    plain = number.normalize()
    # normalize() writes 1E+2 for 100
    return plain.quantize(Decimal(1)) if plain == plain.to_integral() else plain


def parse_number(text: str) -> Decimal:
    """A number as typed, with a point or a comma for decimals; refused where it reads two ways."""
    said = text.strip()
    if _TWO_READINGS.fullmatch(said) or not _NUMBER.fullmatch(said):
        raise NumberUnclear
    return Decimal(said.replace(",", "."))


def parse_quantity(text: str, *, unit: str = "") -> Quantity:
    """What somebody typed, such as `180 lb`, `98.6F`, `5'11"` or `6 lb 4 oz`.

    `unit` is the one shown beside the field, if any: without it a bare number is refused, for a
    unit is never guessed (A98).
    """
    said = text.replace("′", "'").replace("″", '"').replace("’", "'").strip()
    pair = _PAIR.fullmatch(said)
    if pair is not None:
        return _compound(*pair.groups())
    simple = _SIMPLE.fullmatch(said)
    if simple is None:
        raise NumberUnclear
    number, said_unit = simple.groups()
    return Quantity(parse_number(number), _known(said_unit or unit).code)


def _compound(large: str, large_unit: str, small: str, small_unit: str) -> Quantity:
    """Feet and inches, pounds and ounces: given in the smaller unit."""
    larger = _known(large_unit).code
    smaller = dict(_COMPOUNDS).get(larger)
    if smaller is None or (small_unit and _known(small_unit).code != smaller):
        raise UnitUnknown
    total = convert(parse_number(large), larger, smaller) + parse_number(small)
    return Quantity(total, smaller)
