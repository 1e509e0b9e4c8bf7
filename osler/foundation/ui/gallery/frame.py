"""The shell around every gallery page: where one could go, and who is looking."""

from types import SimpleNamespace
from typing import Any

from django.urls import reverse

from osler.foundation.ui.shell import NavigationEntry

VIEWER = SimpleNamespace(
    user_id="gallery", name="Ruth Abara", email="doctor@demo.test", theme="", language="en"
)

_PLACES = (
    ("Today", "calendar-days", "day-board", 0, "g d"),
    ("Patients", "users", "registration", 0, "g p"),
    ("Chart", "clipboard-list", "chart", 0, ""),
    ("Inbox", "inbox", "inbox", 7, "g i"),
    ("Practice", "chart-no-axes-column", "practice", 0, ""),
    ("Portal", "smartphone", "portal-home", 0, ""),
    ("Booking", "calendar-plus", "booking", 0, ""),
)
_PORTAL = (
    ("Home", "house", "portal-home", 0),
    ("Visits", "calendar-days", "booking", 0),
    ("Messages", "message-square", "", 1),
    ("Record", "file-heart", "", 0),
    ("Bills", "receipt-text", "", 0),
)


def workspace_frame(name: str) -> dict[str, Any]:
    """Context of a staff page in the gallery."""
    entries = [
        NavigationEntry(label, reverse("ui-pattern", args=[slug]), icon, count, slug == name)
        for label, icon, slug, count, _keys in _PLACES
    ]
    entries.append(NavigationEntry("Components", reverse("ui-gallery"), "shapes", 0, name == "components"))
    return {"navigation": entries, "actor": VIEWER, "demo": True, "idle_minutes": 0, "live_url": ""}


def portal_frame(name: str) -> dict[str, Any]:
    """Context of a patient's page in the gallery."""
    entries = [
        NavigationEntry(label, reverse("ui-pattern", args=[slug]) if slug else "#", icon, count, slug == name)
        for label, icon, slug, count in _PORTAL
    ]
    viewer = SimpleNamespace(
        user_id="gallery", name="Ada Okafor", email="patient@demo.test", theme="", language="en"
    )
    return {"navigation": entries, "actor": viewer, "demo": True, "idle_minutes": 0, "live_url": ""}
