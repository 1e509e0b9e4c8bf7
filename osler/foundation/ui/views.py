"""Delivery of styles and script, the gallery, and the pages for what goes wrong."""

import sys

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers

from osler.foundation.ui.assets import SOURCES, asset
from osler.foundation.ui.gallery.demo import PATTERNS, components, pattern_context
from osler.kernel.retries import is_away

A_YEAR = 31_536_000
BACK_SECONDS = 5


def deliver_asset(request: HttpRequest, name: str) -> HttpResponse:
    """A style sheet or script by its digest; it never changes, so browsers keep it for a year."""
    stem, _, rest = name.partition(".")
    digest, _, suffix = rest.rpartition(".")
    plain = f"{stem}.{suffix}"
    if plain not in SOURCES:
        raise Http404
    found = asset(plain)
    is_zipped = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(found.zipped if is_zipped else found.body, content_type=found.content_type)
    if is_zipped:
        response.headers["Content-Encoding"] = "gzip"
    is_current = digest == found.digest
    response.headers["Cache-Control"] = f"public, max-age={A_YEAR}, immutable" if is_current else "no-cache"
    response.headers["Content-Length"] = str(len(response.content))
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in all its states."""
    return render(request, "ui/gallery/index.html", components())


def pattern(request: HttpRequest, name: str) -> HttpResponse:
    """A whole page composed of components, with invented values, to build real pages after."""
    if name not in PATTERNS:
        raise Http404
    return render(request, f"ui/gallery/{name}.html", pattern_context(name))


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be read."""
    return error_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: not this role's."""
    return error_page(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing here, or nothing that this person may know of."""
    return error_page(request, 404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429: too many in a short time (allauth's limits)."""
    return error_page(request, 429)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault, with a reference that finds it in the log; 503 while the database is away."""
    if not is_away(sys.exception()):
        return error_page(request, 500)
    response = error_page(request, 503)
    response.headers["Retry-After"] = str(BACK_SECONDS)
    return response


def error_page(request: HttpRequest, status: int) -> HttpResponse:
    """The page of a status. It asks nothing of the request: the database may be what has failed."""
    context = {"reference": str(getattr(request, "request_id", "")), "status": status}
    return HttpResponse(render_to_string(f"ui/errors/{status}.html", context), status=status)
