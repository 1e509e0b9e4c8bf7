"""All routes. Each view carries its rule; those of libraries get theirs here."""

from importlib import import_module

from django.urls import URLPattern, URLResolver, include, path

from osler.config import health
from osler.foundation.access.routes import RouteRule, declare_rule
from osler.interop.fhir.doors.routes import whole as fhir_base
from osler.web.portal import offer, reminder, screen

PUBLIC = RouteRule()


def _with_rule(patterns: list[URLPattern | URLResolver], rule: RouteRule) -> None:
    """Declare a rule for the views of a library that guard themselves."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            _with_rule(entry.url_patterns, rule)
        else:
            declare_rule(entry.callback, rule)


urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("fhir/R4", fhir_base),
    path("fhir/R4/", include("osler.interop.fhir.urls")),
    path("texts/", include("osler.interop.gateways.urls")),
    path("accounts/", include("allauth.urls")),
    path("ui/", include("osler.foundation.ui.urls")),
    path("portal/", include("osler.web.portal.urls")),
    path("v/<str:token>/", reminder.answer, name="visit-link"),
    path("v/<str:token>/move/", reminder.move, name="visit-link-move"),
    path("v/<str:token>/visit.ics", reminder.calendar_file, name="visit-link-ics"),
    path("book/", include("osler.web.portal.booking.urls")),
    path("o/<str:token>/", offer.answer, name="offer-link"),
    path("screen/<str:token>/", screen.screen, name="queue-screen"),
    path("register/", include("osler.web.portal.registration.urls")),
    path("", include("osler.web.workspace.urls")),
]
for library in ("allauth.urls", "osler.foundation.ui.urls"):
    _with_rule(import_module(library).urlpatterns, PUBLIC)

handler400 = "osler.foundation.ui.views.bad_request"
handler403 = "osler.foundation.ui.views.forbidden"
handler404 = "osler.foundation.ui.views.not_found"
handler429 = "osler.foundation.ui.views.too_many"
handler500 = "osler.foundation.ui.views.server_error"
