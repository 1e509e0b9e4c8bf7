"""Camera, microphone and place are closed but where a page opens them."""

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from osler.foundation.ui.devices import CLOSED, HEADER, WITH_CAMERA, close_devices, uses_camera


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x")


def test_a_page_is_closed_unless_it_asks_for_the_camera() -> None:
    request = RequestFactory().get("/")

    assert close_devices(plain)(request).headers[HEADER] == CLOSED
    opened = close_devices(uses_camera(plain))(request).headers[HEADER]
    assert opened == WITH_CAMERA == "camera=(self), microphone=(), geolocation=(), display-capture=()"
