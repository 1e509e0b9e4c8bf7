"""Who is asking: sessions of two realms, the actor, and refusals as pages."""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from osler.foundation.access.actors import NOBODY, Actor, load_actor
from osler.foundation.accounts.models import Session
from osler.foundation.accounts.session_store import SessionStore
from osler.kernel import clock
from osler.kernel.errors import Invalid, Refusal
from osler.kernel.keys import uuid7

log = logging.getLogger(__name__)
Next = Callable[[HttpRequest], HttpResponse]

COOKIES = {Session.Realm.STAFF: "osler_staff", Session.Realm.PORTAL: "osler_portal"}
OWN_PAGES = {429: "ui/errors/429.html"}
TOUCH_AFTER = timedelta(seconds=20)


class RealmSessions:
    """Staff and portal have sessions of their own, in cookies of their own.

    The path says which is read: `/portal/` the portal's, all else the staff's; the account
    pages take the one there is, of two the staff's unless `?realm=portal` is asked for.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        realm, key = self._pick(request)
        session = SessionStore(key)
        session.realm = realm
        request.session = session  # type: ignore[assignment]
        response = self.get_response(request)
        self._store(session, realm, key, response)
        return response

    def _pick(self, request: HttpRequest) -> tuple[str, str | None]:
        staff = request.COOKIES.get(COOKIES[Session.Realm.STAFF])
        portal = request.COOKIES.get(COOKIES[Session.Realm.PORTAL])
        if request.path.startswith("/portal/"):
            return Session.Realm.PORTAL, portal
        wants_portal = not staff or request.GET.get("realm") == Session.Realm.PORTAL
        if request.path.startswith("/accounts/") and portal and wants_portal:
            return Session.Realm.PORTAL, portal
        return Session.Realm.STAFF, staff

    def _store(self, session: SessionStore, realm: str, key: str | None, response: HttpResponse) -> None:
        if key and session.is_empty():
            response.delete_cookie(COOKIES[Session.Realm(realm)], samesite="Lax")
            return
        if session.is_empty() or not session.modified or response.status_code >= 500:
            return
        session.save()
        response.set_cookie(
            COOKIES[Session.Realm(session.realm)],
            session.session_key or "",
            max_age=settings.SESSION_HOURS * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )


class ActorMiddleware:
    """Sets `request.actor` and `request.request_id`; turns refusals into pages.

    From here on it is the day and hour of the actor's site, and the actor's language is spoken.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.deactivate()
        request.request_id = uuid7()  # type: ignore[attr-defined]
        request.actor = SimpleLazyObject(lambda: actor_of(request))  # type: ignore[attr-defined]
        response = self.get_response(request)
        response.headers.setdefault("X-Request-Id", str(request.request_id))  # type: ignore[attr-defined]
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        rule = getattr(view, "rule", None)
        if rule is None:
            log.error("route %s has no rule", request.path)
            return render(request, "ui/errors/404.html", status=404)
        unfit = unfit_field(request)
        if unfit is not None:
            words = _("“%(field)s” contains a character that cannot be kept.") % {"field": unfit}
            return refusal_page(request, Invalid(words, field=unfit))
        deep = deep_field(request)
        if deep is not None:
            words = _("“%(field)s” is nested too deeply to be read.") % {"field": deep}
            return refusal_page(request, Invalid(words, field=deep))
        if rule.is_public:
            if request.path.startswith("/accounts/") and SESSION_KEY in request.session:
                touch(request)
            return None
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.language:
            translation.activate(actor.language)
            request.LANGUAGE_CODE = translation.get_language()
        if actor.zone:
            timezone.activate(ZoneInfo(actor.zone))
        if not (rule.polls or "X-Live" in request.headers):
            touch(request)
        return second_factor_wanted(request, actor)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal):
            return None
        if error.elsewhere and request.method in ("GET", "HEAD"):
            return HttpResponseRedirect(error.elsewhere)
        return refusal_page(request, error)


def unfit_field(request: HttpRequest) -> str | None:
    """The field of a form or address with a NUL character, which PostgreSQL cannot hold; None for none."""
    for given in (request.GET, request.POST):
        for name, values in given.lists():
            if "\0" in name or any("\0" in value for value in values):
                return name.replace("\0", "")[:60]
    return None


DEEPEST = 200
"""Brackets in brackets: ours go three deep, and the readers of libraries end in a fault near a thousand."""


def deep_field(request: HttpRequest) -> str | None:
    """The field of a form or address that would exhaust whoever reads it as JSON; None for none."""
    for given in (request.GET, request.POST):
        for name, values in given.lists():
            if any(_is_deep(value) for value in values):
                return name[:60]
    return None


def _is_deep(text: str) -> bool:
    if text.count("[") + text.count("{") <= DEEPEST:
        return False
    depth = deepest = 0
    for letter in text:
        depth += (letter in "[{") - (letter in "]}")
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in user as an actor; nobody if the session, account or password has changed."""
    session = request.session
    user_id = session.get(SESSION_KEY)
    if not user_id:
        return NOBODY
    place = request.resolver_match
    found = load_actor(
        UUID(str(user_id)),
        realm=session.realm,  # type: ignore[attr-defined]
        patient_id=place.kwargs.get("patient_id") if place else None,
    )
    if found is None:
        return NOBODY
    actor, password = found
    expected = salted_hmac(
        "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash",
        password,
        algorithm="sha256",
    ).hexdigest()
    if not constant_time_compare(session.get(HASH_SESSION_KEY, ""), expected):
        return NOBODY
    return actor


def touch(request: HttpRequest) -> None:
    """Start the idle clock anew, written at most every 20 seconds."""
    seen_at = getattr(request.session, "seen_at", None)
    if seen_at is not None and clock.now() - seen_at > TOUCH_AFTER:
        request.session.touch()  # type: ignore[attr-defined]


def second_factor_wanted(request: HttpRequest, actor: Actor) -> HttpResponse | None:
    """Staff outside demo mode set up a second factor before anything else (A18)."""
    if settings.DEMO or actor.realm != "staff" or actor.user_id is None or actor.has_second_factor:
        return None
    if request.path.startswith("/accounts/"):
        return None
    messages.info(request, _("First set up a second step for signing in: an app with codes, or a key."))
    return HttpResponseRedirect("/accounts/2fa/")


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal in words: what happened, that nothing was changed, what to do next."""
    context = {
        "refusal": refusal,
        "status": refusal.status,
        "reference": str(request.request_id),  # type: ignore[attr-defined]
        "time": time.strftime("%H:%M"),
    }
    template = OWN_PAGES.get(refusal.status, "ui/errors/refusal.html")
    if request.headers.get("HX-Request"):
        template = "ui/errors/fragment.html"
    return render(request, template, context, status=refusal.status)
