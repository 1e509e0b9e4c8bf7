"""The way in for whoever comes without signing in: an open clinic, the language, nothing kept by others."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import add_never_cache_headers

from osler.clinic.intake.registering import Door, doors
from osler.foundation.access.actors import NOBODY
from osler.foundation.access.routes import View, allow

Enter = Callable[Concatenate[HttpRequest, Door, ...], HttpResponse]


def at_open_clinic(
    *, enter: Enter, closed: Callable[[HttpRequest], HttpResponse], methods: tuple[str, ...]
) -> View:
    """A view of the clinic at an address: `enter` if there is one that is open, else `closed`, which tells a
    clinic that is closed and one that there never was alike. Nobody counts as signed in."""

    @functools.wraps(enter)
    def opened(request: HttpRequest, address: str, **rest: Any) -> HttpResponse:
        request.actor = NOBODY  # type: ignore[attr-defined]
        door = next((one for one in doors() if one.address == address), None)
        language = request.GET.get("language", "")
        is_chosen = language in dict(settings.LANGUAGES)
        with translation.override(language if is_chosen else translation.get_language()):
            response = closed(request) if door is None else enter(request, door, **rest)
            if is_chosen:
                keep_cookie(response, settings.LANGUAGE_COOKIE_NAME, language, path="/", days=365)
        add_never_cache_headers(response)
        return response

    return allow(methods=methods)(opened)


def keep_cookie(
    response: HttpResponse, name: str, value: str, *, path: str, days: int = 0, seconds: int = 0
) -> None:
    """A cookie that no script reads."""
    response.set_cookie(
        name,
        value,
        max_age=days * 86_400 + seconds,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
