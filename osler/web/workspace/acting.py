"""Who is at work, and which version of a row was on the page."""

from django.http import HttpRequest

from osler.foundation.access.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of a request, typed."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
