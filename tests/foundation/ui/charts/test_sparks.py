from decimal import Decimal

from osler.foundation.ui.charts.sparks import spark_svg


def test_a_spark_says_its_first_and_last_value() -> None:
    html = spark_svg(
        [Decimal("4.1"), Decimal("5.9")], low=Decimal("3.5"), high=Decimal("5.1"), label="Potassium"
    )

    assert "<title>Potassium: 2 values, from 4.1 to 5.9</title>" in html
    assert html.count("is-abnormal") == 1
    assert 'class="chart-band"' in html


def test_one_value_is_a_point_in_the_middle() -> None:
    assert 'cx="48.0"' in spark_svg([5])


def test_no_value_is_nothing() -> None:
    assert spark_svg([]) == ""


def test_equal_values_make_a_level_line() -> None:
    html = spark_svg([3, 3, 3])

    assert 'points="4.0,11.0 48.0,11.0 92.0,11.0"' in html
