import re
from decimal import Decimal

from osler.foundation.ui.charts.bars import Bar, bar_chart, stacked_chart


def test_each_bar_is_named_and_has_its_amount_over_it() -> None:
    html = bar_chart("Visits", [Bar("Mon", [42]), Bar("Tue", [51])], unit="visits")

    assert html.count("<rect") == 2
    assert re.findall(r'chart-value"[^>]*>(\d+)<', html) == ["42", "51"]
    assert "<title>Mon: 42</title>" in html
    assert "<title>Visits</title>" in html


def test_parts_are_stacked_from_the_floor() -> None:
    html = stacked_chart(
        "Open", [Bar("30 d", [Decimal(100), Decimal(0), Decimal(50)])], parts=["A", "B", "C"]
    )

    heights = [float(height) for height in re.findall(r'<rect[^>]*height="([\d.]+)"', html)]
    assert heights[0] == 2 * heights[1]
    assert html.count("<rect") == 2
    assert re.findall(r'<td class="number">([^<]+)</td>', html) == ["100", "0", "50"]
    assert '<li class="series-2">C</li>' in html


def test_many_bars_have_an_axis_and_few_labels() -> None:
    html = bar_chart("Days", [Bar(str(day), [day]) for day in range(1, 32)])

    assert html.count("chart-rule") >= 4
    assert "chart-value" not in html


def test_a_bar_may_lead_somewhere() -> None:
    assert '<a href="/claims/?age=30" aria-label="30 d: 5">' in bar_chart(
        "C", [Bar("30 d", [5], "/claims/?age=30")]
    )


def test_bars_of_nothing_are_drawn_without_harm() -> None:
    assert "<rect" not in bar_chart("Nothing", [Bar("Mon", [0])])
    assert "No values" in bar_chart("Nothing", [])
