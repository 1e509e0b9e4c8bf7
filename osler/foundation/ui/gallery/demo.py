"""What the gallery shows."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from osler.foundation.ui.charts.bars import Bar, bar_chart, stacked_chart
from osler.foundation.ui.charts.lines import Band, Point, Series, line_chart
from osler.foundation.ui.gallery import board, clinic, money, portal
from osler.foundation.ui.gallery.forms import bound_form, empty_form
from osler.foundation.ui.gallery.frame import workspace_frame
from osler.foundation.ui.gallery.people import banners
from osler.foundation.ui.shell import Fact, KeysetPage, Tab
from osler.foundation.ui.statuses import MESSAGES, MONEY, RECORDS, VISITS
from osler.kernel import clock

PATTERNS: dict[str, Callable[[], dict[str, Any]]] = {
    "day-board": board.day_board,
    "chart": clinic.chart,
    "inbox": clinic.inbox,
    "registration": clinic.registration,
    "practice": money.practice,
    "portal-home": portal.home,
    "booking": portal.booking,
    "sign-in": portal.sign_in,
}


def pattern_context(name: str) -> dict[str, Any]:
    """Values for one of the page patterns."""
    return PATTERNS[name]()


def components() -> dict[str, Any]:
    """Values for the page of components."""
    today = clock.today()
    return workspace_frame("components") | {
        "form": empty_form(),
        "wrong_form": bound_form(),
        "banners": banners(),
        "status_groups": {"Visits": VISITS, "Records": RECORDS, "Money": MONEY, "Messages": MESSAGES},
        "tab_entries": [
            Tab("Summary", "#", current=True),
            Tab("Results", "#", count=3),
            Tab("Documents", "#", icon="file-text"),
        ],
        "view_entries": [Tab("Day", "#", current=True), Tab("Week", "#"), Tab("List", "#", icon="list")],
        "fact_entries": [
            Fact("Phone", "(212) 555-0142", "mobile"),
            Fact("Language", "Igbo, English"),
            Fact("Occupation", ""),
        ],
        "steps": ["Reason", "Time", "Details", "Done"],
        "page": KeysetPage(shown=50, total=1840, next_url="#", previous_url="#"),
        "ages": [today - timedelta(days=days) for days in (3, 40, 300, 700, 29_600)],
        "amounts": [Decimal("1240.5"), Decimal("-40"), Decimal(0)],
        "trend": [Decimal("4.1"), Decimal("4.4"), Decimal("4.9"), Decimal("5.2"), Decimal("5.9")],
        "charts": charts(),
        "now": clock.now(),
        "earlier": clock.now() - timedelta(minutes=23),
        "yesterday": clock.now() - timedelta(days=1),
    }


def charts() -> list[Any]:
    """Each kind of chart."""
    today = clock.today()
    sugar = [Decimal(text) for text in ("6.9", "7.4", "7.1", "6.8", "6.4", "6.1")]
    points = [Point(today - timedelta(days=90 * (5 - i)), value) for i, value in enumerate(sugar)]
    upper = [148, 152, 141, 138, 136, 134]
    lower = [92, 95, 88, 86, 84, 82]
    pressures = [
        Series("Systolic", [Point(point.at, value) for point, value in zip(points, upper, strict=True)]),
        Series("Diastolic", [Point(point.at, value) for point, value in zip(points, lower, strict=True)]),
    ]
    weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri"]
    visits = [Bar(day, [count]) for day, count in zip(weekdays, (42, 51, 38, 47, 29), strict=True)]
    ages = [
        Bar(label, values)
        for label, values in (
            ("0-30 d", [18_400, 6_200, 900]),
            ("31-60 d", [7_900, 4_100, 600]),
            ("61-90 d", [3_200, 2_700, 450]),
            ("> 90 d", [1_100, 3_900, 1_700]),
        )
    ]
    return [
        line_chart("HbA1c", [Series("HbA1c", points)], unit="%", band=Band(4, Decimal("5.6"))),
        line_chart("Blood pressure", pressures, unit="mmHg"),
        bar_chart("Visits this week", visits, unit="visits"),
        stacked_chart(
            "Open balance by age", ages, parts=["Insurance", "Patient", "Disputed"], unit="US dollars"
        ),
    ]
