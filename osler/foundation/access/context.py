"""What every template may know of the request."""

import base64
import hmac
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.foundation.access.actors import Actor
from osler.foundation.jobs.live import ticket


def actor(request: HttpRequest) -> dict[str, Any]:
    """The actor, the demo flag, and how long a session may idle (minutes)."""
    found = getattr(request, "actor", None)
    return {
        "actor": found,
        "demo": settings.DEMO,
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
        "draft_key": draft_key(found) if found else "",
        "live_url": live_address(found) if settings.LIVE_URL and found else "",
    }


def draft_key(actor: Actor) -> str:
    """What seals this user's unsent words in the browser: nobody else is given it."""
    if actor.user_id is None:
        return ""
    seal = hmac.digest(settings.SECRET_KEY.encode(), b"drafts " + actor.user_id.bytes, "sha256")
    return base64.b64encode(seal).decode()


def live_address(actor: Actor) -> str:
    """Where a page hears of changes in its tenant, with the ticket that lets it."""
    if actor.organization_id is None:
        return ""
    return f"{settings.LIVE_URL}/?ticket={ticket(actor.organization_id)}"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token is missing or old: nothing was done."""
    return render(request, "ui/errors/403.html", {"reason": "csrf"}, status=403)
