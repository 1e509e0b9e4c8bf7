import re
from datetime import date, timedelta
from decimal import Decimal

from osler.foundation.ui.charts.lines import Band, Point, Series, line_chart

FIRST = date(2026, 1, 1)


def series(label: str, *values: str) -> Series:
    return Series(
        label, [Point(FIRST + timedelta(days=30 * i), Decimal(value)) for i, value in enumerate(values)]
    )


def test_a_line_has_a_title_a_band_and_its_last_value() -> None:
    html = line_chart(
        "Potassium", [series("K", "4.4", "5.9")], unit="mmol/L", band=Band(Decimal("3.5"), Decimal("5.1"))
    )

    assert "<title>Potassium</title>" in html
    assert html.count("chart-band") == 1
    assert html.count("is-abnormal") == 1
    assert re.search(r'<text class="chart-value"[^>]*>5\.9</text>', html)
    assert "mmol/L · reference 3.5\u20135.1" in html


def test_the_values_stand_in_a_table_newest_first() -> None:
    html = line_chart("Weight", [series("Weight", "80", "81", "82")], unit="kg")

    assert re.findall(r'<th scope="row">([^<]+)</th>', html) == ["02-Mar-2026", "31-Jan-2026", "01-Jan-2026"]
    assert re.findall(r'<td class="number">([^<]+)</td>', html) == ["82", "81", "80"]
    assert '<th scope="col" class="number">Weight (kg)</th>' in html


def test_two_lines_have_a_legend() -> None:
    html = line_chart("Pressure", [series("Systolic", "120", "130"), series("Diastolic", "80", "70")])

    assert html.count("<polyline") == 2
    assert '<ul class="legend is-lines"><li class="series-0">Systolic</li>' in html


def test_one_value_is_drawn_as_a_point() -> None:
    html = line_chart("Height", [series("Height", "171")])

    assert html.count("<circle") == 1
    assert "is-last" in html


def test_nothing_is_drawn_for_no_values() -> None:
    html = line_chart("Nothing", [Series("None", [])])

    assert "<svg viewBox" not in html
    assert "No values" in html


def test_dates_of_the_axis_do_not_touch() -> None:
    html = line_chart("Often", [series("Often", *(str(value) for value in range(60)))])

    assert len(re.findall(r">\d\d-[A-Z][a-z]{2}-\d{4}</text>", html)) <= 4


def test_there_is_no_inline_style() -> None:
    assert "style=" not in line_chart("A", [series("A", "1", "2")], band=Band(1, 2))


def test_words_are_escaped() -> None:
    assert "<b>" not in line_chart("<b>", [series("<b>", "1"), series("x", "2")], unit="<b>")
