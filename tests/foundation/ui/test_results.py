from decimal import Decimal

import pytest

from osler.foundation.terminology.laboratory import analytes
from osler.foundation.ui.icons import icon_paths
from osler.foundation.ui.results import FLAGS, flag_of, number_text, range_text, unit_text


@pytest.mark.parametrize(
    ("value", "interpretation", "label"),
    [
        (Decimal("4.4"), "", "Normal"),
        (Decimal("3.5"), "", "Normal"),
        (Decimal("5.1"), "", "Normal"),
        (Decimal("5.2"), "", "High"),
        (Decimal("3.4"), "", "Low"),
        (Decimal("4.4"), "HH", "Critically high"),
        (Decimal("9.9"), "N", "Normal"),
        (Decimal("5.2"), "bogus", "High"),
    ],
)
def test_what_the_laboratory_says_goes_before_the_range(
    value: Decimal, interpretation: str, label: str
) -> None:
    flag = flag_of(value, low=Decimal("3.5"), high=Decimal("5.1"), interpretation=interpretation)

    assert flag is not None
    assert flag.label == label


def test_without_a_range_nothing_is_said() -> None:
    assert flag_of(Decimal(4)) is None
    assert flag_of("Positive", low=1, high=2) is None
    assert flag_of(None, low=1, high=2) is None


def test_each_abnormal_flag_has_an_icon() -> None:
    assert all(icon_paths(flag.icon) for flag in FLAGS.values() if flag.tone != "normal")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("5.90"), "5.90"),
        (Decimal("-0.3"), "\u22120.3"),
        (57, "57"),
        (4.4, "4.4"),
        ("few", "few"),
        (None, ""),
    ],
)
def test_numbers_keep_the_places_they_were_given(value: Decimal | float | str | None, text: str) -> None:
    assert number_text(value) == text


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(3.5, 5.1, "3.5\u20135.1"), (None, 5, "\u2264\u00a05"), (60, None, "\u2265\u00a060"), (None, None, "")],
)
def test_ranges_open_at_either_end(low: float | None, high: float | None, text: str) -> None:
    assert range_text(low, high) == text


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("m[IU]/L", "mIU/L"),
        ("u[IU]/mL", "µIU/mL"),
        ("ug/dL", "µg/dL"),
        ("[HPF]", "HPF"),
        ("mg/g{creat}", "mg/g creat"),
    ],
)
def test_units_read_as_they_are_written_by_hand(unit: str, words: str) -> None:
    assert unit_text(unit) == words


def test_no_unit_of_the_laboratory_shows_its_brackets() -> None:
    shown = {unit_text(analyte.unit) for analyte in analytes().values()}

    assert [unit for unit in shown if set(unit) & set("[]{}")] == []
