"""The rule of each route: who may come in and what patient data it shows.

Every view carries one; start refuses a route without (A1), and so does each request.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
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
from osler.foundation.ui.views import error_page
from osler.kernel.errors import Denied, Missing
from osler.kernel.retries import until_done

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
    `polls` marks requests that a page makes by itself: they do not extend the session.
    """
    allowed = {"HEAD"} if "GET" in methods else set()
    rule = RouteRule(frozenset(roles), reads, polls, frozenset(methods) | allowed)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in rule.methods:
                return _no_such_method(request, rule)
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


def _no_such_method(request: HttpRequest, rule: RouteRule) -> HttpResponse:
    """A form's address loaded again, or come to after signing in anew, answers with a page."""
    response = error_page(request, 405) if request.method == "GET" else HttpResponse(status=405)
    response.headers["Allow"] = ", ".join(sorted(rule.methods))
    return response


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
    """Send a stranger to the sign-in page and back afterwards."""
    if request.headers.get("HX-Request"):
        came_from = request.headers.get("HX-Current-URL", "/")
        path = "/" + came_from.split("//", 1)[-1].partition("/")[2]
        target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"
        return HttpResponse(status=401, headers={"HX-Redirect": target})
    target = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}"
    return HttpResponseRedirect(target)


def _act(request: HttpRequest, rule: RouteRule, work: Callable[[], HttpResponse]) -> HttpResponse:
    with acting(request.actor, request_id=request.request_id):  # type: ignore[attr-defined]
        return _answer(request, rule, work)


def _answer(request: HttpRequest, rule: RouteRule, work: Callable[[], HttpResponse]) -> HttpResponse:
    reset_recorded()
    key = request.POST.get("idempotency_key", "") if request.method == "POST" else ""
    response = _answer_once(request, key, work) if key else work()
    if hasattr(response, "render") and callable(response.render):
        response = response.render()
    if rule.reads and response.status_code < 300 and request.method != "HEAD" and not recorded_count():
        raise Unaudited(request.path)
    return response


def _answer_once(request: HttpRequest, key: str, work: Callable[[], HttpResponse]) -> HttpResponse:
    given: list[HttpResponse] = []

    def first_time() -> Answer:
        response = work()
        given.append(response)
        location = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
        return Answer(response.status_code, location)

    actor_id = request.actor.user_id  # type: ignore[attr-defined]
    digest = request_hash(request.method or "", request.get_full_path(), _form_bytes(request))
    answer = answer_once(key, actor_id=actor_id, request_hash=digest, work=first_time)
    if given:
        if not answer.location:
            forget_key(key, actor_id=actor_id)
        return given[0]
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": answer.location})
    return HttpResponseRedirect(answer.location)


def _form_bytes(request: HttpRequest) -> bytes:
    pairs = [
        (name, value)
        for name, values in sorted(request.POST.lists())
        if name != "csrfmiddlewaretoken"
        for value in values
    ]
    return urlencode(pairs).encode()
