"""The screen of a waiting room: which number is called into which room. For whoever has its address, without
signing in; closed, and one that never was, look alike.

It is asked for every few seconds by the page itself, and by a refresh where no scripts run. It holds numbers
and rooms alone, so it hears no news of the clinic and needs no ticket for them (decision 33).
"""

from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.models import QueueScreen
from osler.clinic.scheduling.queue.screens import SCREENS, calls_on
from osler.foundation.access.routes import allow
from osler.foundation.accounts.attempts import Limit
from osler.foundation.audit.context import acting
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.retries import until_done
from osler.web.portal.registration.limits import HOUR, network

WAIT = _("Many addresses were tried from this network within an hour. Please wait a while.")
WRONG = Limit("queue screen that is none", 30, WAIT, HOUR)
THEMES = frozenset({"light", "dark"})


@allow(methods=("GET",))
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """`/screen/<token>/`; with `part` the calls alone."""
    response = until_done(lambda: _screen(request, token))
    add_never_cache_headers(response)
    return response


def _screen(request: HttpRequest, token: str) -> HttpResponse:
    named = SCREENS.named_by(token, among=[key for key, _name in tenants()])
    if named is None:
        WRONG.count(network(request))
        return _closed(request)
    with acting(SystemActor(named[0])):
        shown = QueueScreen.objects.filter(pk=named[1], active=True).select_related("site").first()
        if shown is None:
            return _closed(request)
        template = "portal/screen_calls.html" if "part" in request.GET else "portal/screen.html"
        theme = request.GET.get("theme", "")
        context = {
            "screen": shown,
            "calls": calls_on(shown),
            "now": clock.now(),
            "theme": theme if theme in THEMES else "",
        }
        with timezone.override(ZoneInfo(shown.site.zone)):
            return render(request, template, context)


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/screen_closed.html", status=404)
