"""Language and theme of a user, and the sign of life of an open page."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme

from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.accounts.models import User
from osler.web.workspace.acting import actor_of

A_YEAR = 365 * 24 * 3600
THEME_COOKIE = "osler_theme"


@allow(methods=("POST",))
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep a choice of language or theme, for the account and for this browser."""
    chosen = {
        name: request.POST[name]
        for name, known in (("language", User.Language.values), ("theme", User.Theme.values))
        if request.POST.get(name) in known
    }
    user_id = actor_of(request).user_id
    if chosen and user_id is not None:
        User.objects.filter(id=user_id).update(**chosen)
    response = _answer(request)
    cookies = {"language": settings.LANGUAGE_COOKIE_NAME, "theme": THEME_COOKIE}
    for name, value in chosen.items():
        response.set_cookie(
            cookies[name], value, max_age=A_YEAR, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    wanted = request.POST.get("next", "")
    if not wanted:
        return HttpResponse(status=204)
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    is_path = is_ours and urlsplit(wanted).path.startswith("/")
    return HttpResponseRedirect(wanted if is_path else "/")


@allow(*Role, methods=("GET",))
def keep_alive(request: HttpRequest) -> HttpResponse:
    """Somebody is still there: the session's clock starts anew (the middleware has done it)."""
    return HttpResponse(status=204)
