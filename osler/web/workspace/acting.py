"""Who is at work, and which version of a row was on the page."""

from django.http import HttpRequest

from osler.foundation.access.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def version_of(request: HttpRequest) -> int | None:
    """The version that the form, or the address of an Undo, was opened with."""
    text = request.POST.get("version") or request.GET.get("version") or ""
    return int(text) if text.isdecimal() and len(text) < 10 else None
