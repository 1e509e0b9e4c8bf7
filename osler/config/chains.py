"""Before the chain of the pages: a connection that lives, and the machine doors' way past it."""

import select
from collections.abc import Callable

import psycopg
from django.core.handlers.exception import convert_exception_to_response
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

Next = Callable[[HttpRequest], HttpResponse]
DOORS = ("/fhir/", "/texts/", "/healthz", "/readyz")


def living_connection(get_response: Next) -> Next:
    """A connection that has died since the last request is replaced before this one needs it.

    The database says so on the wire when it ends: no question is asked, so it costs no round trip.
    """

    def check(request: HttpRequest) -> HttpResponse:
        raw = connection.connection
        if raw is not None and not connection.in_atomic_block and _has_ended(raw):
            connection.close()
        return get_response(request)

    return check


def _has_ended(raw: psycopg.Connection) -> bool:
    """Take in what has come unasked: news that somebody listens to, last words, or the end."""
    if raw.closed:
        return True
    line = select.poll()
    line.register(raw.fileno(), select.POLLIN)
    try:
        while line.poll(0):
            raw.pgconn.consume_input()
    except psycopg.OperationalError:
        return True
    return False


def machine_doors(get_response: Next) -> Next:
    """FHIR, texts and health checks go straight to their view: no session, locale, messages or CSRF."""

    def straight(request: HttpRequest) -> HttpResponse:
        match = resolve(request.path_info)
        request.resolver_match = match
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        return response

    guarded = convert_exception_to_response(straight)

    def choose(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(DOORS):
            return guarded(request)
        return get_response(request)

    return choose
