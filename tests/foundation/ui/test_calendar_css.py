import pytest

from osler.foundation.ui.calendar_css import calendar_css, row_of, rows_spanned


@pytest.mark.parametrize(
    ("minute", "row"), [(0, 0), (4, 0), (5, 1), (560, 112), (1439, 287), (2000, 287), (-3, 0)]
)
def test_a_minute_has_its_row(minute: int, row: int) -> None:
    assert row_of(minute) == row


@pytest.mark.parametrize(("minutes", "rows"), [(0, 1), (5, 1), (6, 2), (20, 4), (1440, 288)])
def test_a_length_takes_whole_rows(minutes: int, rows: int) -> None:
    assert rows_spanned(minutes) == rows


def test_each_place_of_a_day_has_a_class() -> None:
    text = calendar_css()

    assert text.count(".from-") == 288
    assert text.count(".span-") == 288
    assert ".from-112{grid-row-start:113}" in text
    assert ".lane-2-of-3{margin-inline:33.33% 33.33%}" in text
