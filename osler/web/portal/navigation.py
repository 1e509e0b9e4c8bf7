"""The tab bar of the portal."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from osler.foundation.ui.shell import NavigationEntry

TABS = (
    (_("Home"), "portal", "house"),
    (_("Visits"), "portal-visits", "calendar"),
    (_("Results"), "portal-results", "flask-conical"),
    (_("Messages"), "portal-messages", "message-square"),
    (_("Bills"), "portal-bills", "receipt"),
)
MENU = (
    (_("Medications"), "portal-medications", "pill"),
    (_("Who opened my record"), "portal-access", "eye"),
    (_("My details"), "portal-profile", "user"),
)


def entries(request: HttpRequest, places: tuple[tuple[object, str, str], ...]) -> list[NavigationEntry]:
    """The places as entries, the present one marked."""
    found = []
    for label, name, icon in places:
        url = reverse(name)
        is_here = request.path == url or (name != "portal" and request.path.startswith(url))
        found.append(NavigationEntry(str(label), url, icon, current=is_here))
    return found


def portal_navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: tabs and menu on the portal's pages, nothing elsewhere."""
    if not request.path.startswith("/portal/"):
        return {}
    return {"navigation": entries(request, TABS), "user_navigation": entries(request, MENU)}
