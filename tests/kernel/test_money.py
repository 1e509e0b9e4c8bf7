"""One way to round."""

from decimal import Decimal

import pytest

from osler.kernel.money import round_amount


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [("1.005", "1.01"), ("-1.005", "-1.01"), ("1.0049", "1.00"), ("2", "2.00"), ("0.125", "0.13")],
)
def test_halves_go_away_from_zero(amount, rounded):
    assert str(round_amount(Decimal(amount))) == rounded
