import pytest
from hypothesis import given
from hypothesis import strategies as st

from osler.foundation.ui.charts.scales import Scale, round_ticks, tick_text


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (3.5, 5.9, [3.0, 4.0, 5.0, 6.0]),
        (0, 380, [0, 100, 200, 300, 400]),
        (0, 1, [0, 0.25, 0.5, 0.75, 1]),
        (5, 5, [4.0, 4.5, 5.0, 5.5, 6.0]),
        (0, 0, [0, 0.25, 0.5, 0.75, 1]),
        (-3, 2, [-4, -2, 0, 2]),
    ],
)
def test_ticks_are_round_and_enclose(low: float, high: float, ticks: list[float]) -> None:
    assert round_ticks(low, high) == ticks


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6))
def test_there_are_never_many_ticks(low: float, span: float) -> None:
    ticks = round_ticks(low, low + span)

    assert 2 <= len(ticks) <= 7
    assert ticks == sorted(ticks)


def test_places_lie_along_the_scale() -> None:
    assert [Scale(0, 10, 100, 0).place(value) for value in (0, 5, 10)] == [100, 50, 0]
    assert Scale(3, 3, 0, 100).place(3) == 50


@pytest.mark.parametrize(
    ("value", "text"), [(24600.0, "24,600"), (0.25, "0.25"), (-4.0, "\u22124"), (3.0, "3")]
)
def test_axis_numbers_say_no_more_than_they_know(value: float, text: str) -> None:
    assert tick_text(value) == text
