"""The practice at a glance, in the gallery."""

from typing import Any

from osler.foundation.ui.charts.bars import Bar, bar_chart, stacked_chart
from osler.foundation.ui.gallery.frame import workspace_frame
from osler.foundation.ui.shell import Tab

EXCEPTIONS = (
    ("CO-16", "Missing information", 12, "4,310.00", "9 days"),
    ("CO-197", "No prior authorization", 7, "9,850.00", "22 days"),
    ("CO-29", "Filed too late", 2, "640.00", "41 days"),
    ("PR-1", "Deductible", 31, "5,120.00", "6 days"),
)
WEEKS = (312, 298, 340, 355, 331, 362, 349, 371, 344, 366, 380, 352)


def practice() -> dict[str, Any]:
    """Figures of the month, what is open, what is stuck."""
    ages = (
        ("0\N{EN DASH}30 d", (18_400, 6_200)),
        ("31\N{EN DASH}60 d", (7_900, 4_100)),
        ("61\N{EN DASH}90 d", (3_200, 2_700)),
        ("over 90 d", (1_100, 3_900)),
    )
    return workspace_frame("practice") | {
        "periods": [Tab("Week", "#"), Tab("Month", "#", current=True), Tab("Quarter", "#"), Tab("Year", "#")],
        "visits": bar_chart("Visits a week", [Bar(f"w{36 + i}", [count]) for i, count in enumerate(WEEKS)]),
        "balance": stacked_chart(
            "Open balance by age",
            [Bar(label, values) for label, values in ages],
            parts=["Insurance", "Patient"],
            unit="US dollars",
        ),
        "exceptions": EXCEPTIONS,
    }
