"""Units: every common spelling, exact conversion, and what is refused."""

from decimal import Decimal

import pytest

from osler.foundation.terminology.errors import UnitMissing
from osler.foundation.terminology.units import convert, find_unit, parse_quantity, unit_symbol, units
from osler.kernel.errors import Refusal


@pytest.mark.parametrize(
    ("said", "code"),
    [("kg", "kg"), ("lbs", "[lb_av]"), ("°F", "[degF]"), ("mmHg", "mm[Hg]"), ("mcg", "ug"), (" cm. ", "cm")],
)
def test_common_spellings(said, code):
    unit = find_unit(said)
    assert unit is not None
    assert unit.code == code


@pytest.mark.parametrize(
    ("value", "of", "to", "wanted"),
    [
        ("150", "[lb_av]", "kg", "68.03885550"),
        ("98.6", "[degF]", "Cel", "37"),
        ("37", "Cel", "[degF]", "98.6"),
        ("70", "[in_i]", "cm", "177.8"),
        ("1", "g", "mg", "1000"),
    ],
)
def test_conversion_is_exact(value, of, to, wanted):
    assert convert(Decimal(value), of, to) == Decimal(wanted)


def test_mass_and_amount_of_substance_need_the_analyte():
    glucose = convert(Decimal(90), "mg/dL", "mmol/L", analyte="2345-7")
    assert round(glucose, 2) == Decimal("5.00")
    with pytest.raises(Refusal):
        convert(Decimal(90), "mg/dL", "mmol/L")


@pytest.mark.parametrize(("of", "to"), [("kg", "cm"), ("Cel", "kg"), ("mg/dL", "Cel")])
def test_what_differs_in_kind_is_not_converted(of, to):
    with pytest.raises(Refusal):
        convert(Decimal(1), of, to)


def test_a_missing_or_unknown_unit_is_said():
    with pytest.raises(UnitMissing):
        convert(Decimal(1), " ", "kg")
    with pytest.raises(Refusal):
        convert(Decimal(1), "furlong", "kg")
    assert find_unit("furlong") is None


def test_every_unit_goes_there_and_back():
    for unit in units().values():
        same = [one for one in units().values() if one.dimension == unit.dimension]
        for other in same[:4]:
            there = convert(Decimal("7.25"), unit.code, other.code)
            assert abs(convert(there, other.code, unit.code) - Decimal("7.25")) < Decimal("1e-20")


def test_a_quantity_as_typed():
    found = parse_quantity("150 lb")
    assert (found.value, found.unit) == (Decimal(150), "[lb_av]")


def test_how_units_are_printed():
    assert unit_symbol("mm[Hg]") == "mmHg"
    assert unit_symbol("{beats}/min") == "/min"
