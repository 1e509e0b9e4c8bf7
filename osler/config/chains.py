"""Machine doors leave the chain of the pages at once: no session, locale, messages or CSRF."""

from collections.abc import Callable

from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse
from django.urls import resolve

Next = Callable[[HttpRequest], HttpResponse]
DOORS = ("/fhir/", "/healthz", "/readyz")


def machine_doors(get_response: Next) -> Next:
    """First of the middlewares: FHIR and health checks go straight to their view."""

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
