"""Camera, microphone and place: closed on every page but those that say they need one."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

HEADER = "Permissions-Policy"
CLOSED = "camera=(), microphone=(), geolocation=(), display-capture=()"
WITH_CAMERA = CLOSED.replace("camera=()", "camera=(self)")
View = Callable[..., HttpResponse]


def uses_camera(view: View) -> View:
    """Declare that the page of this view may ask for the camera."""

    @functools.wraps(view)
    def opened(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers[HEADER] = WITH_CAMERA
        return response

    return opened


def close_devices(get_response: View) -> View:
    """Middleware: whatever says nothing else is answered with all devices closed."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault(HEADER, CLOSED)
        return response

    return answered
