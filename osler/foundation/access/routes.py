"""The rule of each route: who may come in and what patient data it shows.

Every view carries one; start refuses a route without (A1), and so does each request.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import Resolver404, resolve
from django.utils.http import urlencode

from osler.foundation.access.roles import PORTAL, Role
from osler.foundation.audit.access import recorded_count, reset_recorded
from osler.foundation.audit.context import acting
from osler.foundation.jobs.idempotency import (
    Answer,
    answer_once,
    forget_key,
    request_hash,
)
from osler.kernel.errors import Denied, Missing
from osler.kernel.retries import until_done

KEY = re.compile(r"[0-9a-f-]{36}")
View = Callable[..., HttpResponse]


class Unaudited(Exception):
    """A page with patient data left no access event: it is not shown (A29)."""


@dataclass(frozen=True)
class RouteRule:
    """Who may come in (no role: anybody, signed in or not), what is read, whether it polls."""

    roles: frozenset[Role] = frozenset()
    reads: str = ""
    polls: bool = False
    methods: frozenset[str] = frozenset({"GET", "HEAD", "POST"})
    own_chain: bool = False

    @property
    def is_public(self) -> bool:
        return not self.roles


def allow(
    *roles: Role,
    reads: str = "",
    polls: bool = False,
    methods: tuple[str, ...] = ("GET", "POST"),
) -> Callable[[View], View]:
    """Declare a page's rule and stand guard: sign-in, role, transaction, audit, retry.

    `reads` names the patient data shown (a view that reads must call `record_access`);
    `polls` marks addresses that a page asks by itself: they do not extend the session, nor does a
    request to another that says so (X-Live). A header can only take the extension away.
    """
    allowed = {"HEAD"} if "GET" in methods else set()
    rule = RouteRule(frozenset(roles), reads, polls, frozenset(methods) | allowed)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in rule.methods:
                return _wrong_method(request, rule)
            if rule.is_public:
                return view(request, *args, **kwargs)
            refusal = _refuse_entry(request, rule)
            if refusal is not None:
                return refusal
            work = functools.partial(view, request, *args, **kwargs)
            return until_done(functools.partial(_act, request, rule, work))

        guarded.rule = rule  # type: ignore[attr-defined]
        return guarded

    return declare


def declare_rule(view: View, rule: RouteRule) -> View:
    """Give a rule to a view that we did not write, or that has a chain of its own."""
    view.rule = rule  # type: ignore[attr-defined]
    return view


def _refuse_entry(request: HttpRequest, rule: RouteRule) -> HttpResponse | None:
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is None:
        return to_sign_in(request)
    if actor.roles.isdisjoint(rule.roles):
        if rule.roles <= PORTAL or actor.realm == "portal":
            raise Missing
        raise Denied
    return None


def to_sign_in(request: HttpRequest) -> HttpResponse:
    """Send a stranger to the sign-in page, and afterwards back to the page that was open."""
    target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': _way_back(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    return HttpResponseRedirect(target)


def _way_back(request: HttpRequest) -> str:
    """The page itself; for a form or a part of a page, the page on which it stood, if that is ours."""
    if request.headers.get("HX-Request"):
        page = _path_of(request, request.headers.get("HX-Current-URL", ""))
    elif request.method in ("GET", "HEAD"):
        return request.get_full_path()
    else:
        page = _path_of(request, request.headers.get("Referer", ""))
    at_home = "/portal/" if request.path.startswith("/portal/") else resolve_url(settings.LOGIN_REDIRECT_URL)
    return page or at_home


def _path_of(request: HttpRequest, address: str) -> str:
    """The path of an address of this site that is a page to open; empty for any other."""
    try:
        parts = urlsplit(address)
        rule = getattr(resolve(parts.path).func, "rule", None)
    except (ValueError, Resolver404):
        return ""
    if parts.netloc != request.get_host() or rule is None or "GET" not in rule.methods:
        return ""
    return urlunsplit(("", "", parts.path, parts.query, ""))


def _wrong_method(request: HttpRequest, rule: RouteRule) -> HttpResponse:
    response = render(request, "ui/errors/405.html", status=405)
    response.headers["Allow"] = ", ".join(sorted(rule.methods))
    return response


def _act(request: HttpRequest, rule: RouteRule, work: Callable[[], HttpResponse]) -> HttpResponse:
    with acting(request.actor, request_id=request.request_id):  # type: ignore[attr-defined]
        return _answer(request, rule, work)


def _answer(request: HttpRequest, rule: RouteRule, work: Callable[[], HttpResponse]) -> HttpResponse:
    reset_recorded()
    key = request.POST.get("idempotency_key", "") if request.method == "POST" else ""
    response = _answer_once(request, key, work) if key else work()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    shows_data = response.status_code < 300 and response.status_code != 204 and request.method != "HEAD"
    if rule.reads and shows_data and not recorded_count():
        raise Unaudited(request.path)
    return response


def _answer_once(request: HttpRequest, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    given: list[HttpResponse] = []

    def first_time() -> Answer:
        response = work()
        given.append(response)
        location = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
        return Answer(response.status_code, location)

    actor_id, in_part = request.actor.user_id, bool(request.headers.get("HX-Request"))  # type: ignore[attr-defined]
    digest = request_hash(request.method or "", request.get_full_path(), _form_bytes(request))
    answer = answer_once(key, actor_id=actor_id, request_hash=digest, work=first_time)
    if given:
        if answer.location:
            _tell_done(given[0], key)
        is_done = answer.location or (in_part and answer.status < 300)
        if not is_done:
            forget_key(key, actor_id=actor_id)
        return given[0]
    if in_part:  # where a part of the page was the answer, the page as it is now has it
        onward = {"HX-Redirect": answer.location} if answer.location else {"HX-Refresh": "true"}
        return _tell_done(HttpResponse(status=204, headers=onward), key)
    return _tell_done(HttpResponseRedirect(answer.location or request.get_full_path()), key)


def _tell_done(response: HttpResponse, key: str) -> HttpResponse:
    """Tell the browser that the form with this key was taken: what it kept of it can go."""
    if KEY.fullmatch(key):
        response.set_cookie(
            "osler_done", key, max_age=600, secure=settings.SESSION_COOKIE_SECURE, samesite="Lax"
        )
    return response


def _form_bytes(request: HttpRequest) -> bytes:
    pairs = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return urlencode(pairs).encode()
