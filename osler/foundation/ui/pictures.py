"""Pictures that people have sent, as answers to a browser."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag

KEPT_SECONDS = 3600


def picture_response(content: bytes, content_type: str, *, name: str) -> HttpResponse:
    """A picture as a file: pages show it, and nothing in it is ever run."""
    response = HttpResponse(content, content_type=content_type)
    ending = content_type.removeprefix("image/")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def lasting_picture(request: HttpRequest, content: bytes, *, digest: str, name: str) -> HttpResponseBase:
    """A JPEG whose address never shows another picture: this browser keeps it for an hour, for this
    session alone, and asks later whether it may go on."""
    response = picture_response(content, "image/jpeg", name=name)
    response.headers["Cache-Control"] = f"private, max-age={KEPT_SECONDS}, immutable"
    patch_vary_headers(response, ["Cookie"])
    etag = quote_etag(digest)
    response.headers["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response
