"""What every template may know of the request."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def actor(request: HttpRequest) -> dict[str, Any]:
    """The actor, the demo flag, and how long a session may idle (minutes)."""
    return {
        "actor": getattr(request, "actor", None),
        "demo": settings.DEMO,
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "live_url": settings.LIVE_URL,
    }


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: nothing was done."""
    return render(request, "ui/errors/403.html", {"reason": "csrf"}, status=403)
