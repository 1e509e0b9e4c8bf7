"""Patients' pages of the gallery."""

import calendar
from datetime import timedelta
from decimal import Decimal
from typing import Any

from osler.foundation.ui.gallery.forms import DemoForm, SignInForm
from osler.foundation.ui.gallery.frame import portal_frame
from osler.kernel import clock

TASKS = (
    ("clipboard-list", "Answer five questions before your visit", "About 3 minutes"),
    ("credit-card", "Pay $40.00 for your visit", "Your insurance paid $112.00"),
    ("message-square", "Dr. Abara has written to you", "Yesterday, about your blood test"),
)
RESULTS = (
    (
        "Long-term blood sugar (HbA1c)",
        Decimal("6.1"),
        "%",
        None,
        Decimal("5.6"),
        "A little high, and better than in August (6.4).",
    ),
    (
        "Potassium",
        Decimal("5.9"),
        "mmol/L",
        Decimal("3.5"),
        Decimal("5.1"),
        "High. Dr. Abara has seen it and stopped one of your tablets.",
    ),
    ("Blood count (hemoglobin)", Decimal("13.4"), "g/dL", Decimal(12), Decimal("15.5"), "Normal."),
)


def home() -> dict[str, Any]:
    """Next visit, what needs doing, what is new."""
    visit_at = clock.now().replace(hour=14, minute=20) + timedelta(days=9)
    return portal_frame("portal-home") | {"visit_at": visit_at, "tasks": TASKS, "results": RESULTS}


def booking() -> dict[str, Any]:
    """Choosing a time on the phone."""
    today = clock.today()
    weeks = calendar.Calendar(firstweekday=6).monthdayscalendar(today.year, today.month)
    days = [
        (day, bool(day) and day >= today.day and index % 7 not in {0, 6})
        for index, day in enumerate(day for week in weeks for day in week)
    ]
    chosen = next((day for day, is_open in days if is_open), 0)
    return portal_frame("booking") | {
        "form": DemoForm(auto_id="book_%s", initial={"time": "10:40"}),
        "steps": ["Reason", "Time", "Confirm"],
        "weekdays": ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
        "days": days,
        "chosen": chosen,
        "month": today,
    }


def sign_in() -> dict[str, Any]:
    """The doorway."""
    return {"form": SignInForm(auto_id="door_%s"), "demo": True, "navigation": (), "actor": None}
