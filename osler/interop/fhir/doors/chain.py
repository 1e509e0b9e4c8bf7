"""The thin chain of the FHIR door: request id, token, limits, errors. No session, locale or CSRF."""

import functools
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse

from osler.foundation.access.roles import Role
from osler.foundation.access.routes import RouteRule, Unaudited, View, declare_rule
from osler.foundation.audit.access import recorded_count, reset_recorded
from osler.interop.fhir.doors.outcomes import FHIR_JSON, Trouble, trouble_response
from osler.interop.fhir.doors.refusals import trouble_of
from osler.interop.fhir.doors.tokens import caller_of
from osler.interop.fhir.lossless import NotJson, read_json
from osler.interop.fhir.parameters import BadSearch
from osler.interop.fhir.validation.problems import Issue
from osler.interop.fhir.validation.schema import resource_types
from osler.kernel.constraints import refusal_of
from osler.kernel.errors import Refusal
from osler.kernel.keys import uuid7
from osler.kernel.retries import is_away

log = logging.getLogger(__name__)
BASE = "/fhir/R4"
JSON_TYPES = ("application/fhir+json", "application/json", "json", "application/*", "*/*", "text/json")
LARGEST_BODY = 50 * 1024 * 1024
ONCE = "a create that is sent again with its Idempotency-Key is done once"


def door(*methods: str, reads: str = "", public: bool = False) -> Callable[[View], View]:
    """Declare a FHIR route: its methods, what it shows, and stand guard over it."""
    roles = frozenset() if public else frozenset(Role)
    rule = RouteRule(roles, reads, methods=frozenset(methods), own_chain=True)

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            request_id = uuid7()
            try:
                response = _enter(request, rule, view, request_id, args, kwargs)
            except Exception as error:
                response = trouble_response(_trouble(error, request_id))
            response["X-Request-Id"] = str(request_id)
            response["Cache-Control"] = "no-store"
            return response

        return declare_rule(guarded, rule)

    return declare


def _enter(
    request: HttpRequest, rule: RouteRule, view: View, request_id: UUID, args: Any, kwargs: Any
) -> HttpResponse:
    if request.method not in rule.methods:
        trouble = Trouble(405, f"{request.method} is not possible here")
        trouble.headers["Allow"] = ", ".join(sorted(rule.methods))
        raise trouble
    _refuse_other_formats(request)
    name = kwargs.get("resource_type")
    if rule.is_public:
        return view(request, *args, **kwargs)
    caller = caller_of(request.META.get("HTTP_AUTHORIZATION", ""), request_id)
    if name is not None and name not in resource_types():
        raise Trouble(404, "there is no such resource type")
    reset_recorded()
    response = view(request, caller, *args, **kwargs)
    is_read = request.method == "GET" or request.path.endswith(("/_search", "/$match"))
    if rule.reads and is_read and response.status_code == 200 and not recorded_count():
        raise Unaudited(request.path)
    return response


def _refuse_other_formats(request: HttpRequest) -> None:
    wanted = request.GET.get("_format") or request.META.get("HTTP_ACCEPT") or "*/*"
    kinds = [part.partition(";")[0].strip().replace(" ", "+") for part in wanted.split(",")]
    if not any(kind in JSON_TYPES for kind in kinds):
        raise Trouble(406, "this server speaks JSON: application/fhir+json")


def body_of_request(request: HttpRequest) -> Any:
    """The JSON that was sent."""
    kind = (request.content_type or "").lower()
    if kind not in ("application/fhir+json", "application/json", "text/json"):
        raise Trouble(415, "send JSON as application/fhir+json")
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > LARGEST_BODY:
        raise Trouble(413, f"the body is larger than {LARGEST_BODY} bytes")
    try:
        return read_json(request.body)
    except NotJson as error:
        raise Trouble(400, f"the body is not JSON: {error}", code="structure") from error


def _trouble(error: Exception, request_id: UUID) -> Trouble:
    if isinstance(error, Trouble):
        return error
    if isinstance(error, Refusal):
        return trouble_of(error)
    if isinstance(error, BadSearch):
        return Trouble(400, str(error), path=f"http.{error.parameter}" if error.parameter else "")
    if isinstance(error, SuspiciousOperation):
        return Trouble(400, "this request cannot be answered as it was sent")
    if isinstance(error, IntegrityError):
        return trouble_of(refusal_of(error))
    if is_away(error):
        log.error("the database is away, request %s: %s", request_id, error)
        return _try_again("the database was away: what this request wrote may have been kept or not; " + ONCE)
    if isinstance(error, OperationalError):
        log.exception("the database gave up, request %s", request_id)
        return _try_again("the database could not do it; nothing was changed, please try again")
    kind = "database" if isinstance(error, DatabaseError) else "door"
    log.exception("error in the %s, request %s", kind, request_id)
    detail = f" ({type(error).__name__})" if getattr(settings, "DEBUG", False) else ""
    return Trouble(500, f"an error of ours; nothing was changed. Please name request {request_id}{detail}")


def _try_again(words: str) -> Trouble:
    trouble = Trouble(503, words)
    trouble.headers["Retry-After"] = "5"
    return trouble


def json_response(text: bytes | str, status: int = 200, **headers: str) -> HttpResponse:
    """An answer in FHIR JSON."""
    response = HttpResponse(text, FHIR_JSON, status)
    for name, value in headers.items():
        response[name.replace("_", "-")] = value
    return response


def first_issue(words: str, code: str = "invalid") -> list[Issue]:
    return [Issue("", code, words)]
