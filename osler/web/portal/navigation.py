"""The tab bar of the portal."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from osler.foundation.ui.shell import NavigationEntry
from osler.kernel import clock

TABS = (
    (_("Home"), "portal-home", "house"),
    (_("Visits"), "portal-visits", "calendar"),
    (_("Results"), "portal-results", "flask-conical"),
    (_("Messages"), "portal-messages", "message-square"),
    (_("Bills"), "portal-bills", "receipt"),
)
MENU = (
    (_("Medications"), "portal-medications", "pill"),
    (_("Who opened my record"), "portal-access", "eye"),
    (_("Who may act for me"), "portal-sharing", "users"),
    (_("What I signed"), "portal-consents", "signature"),
    (_("My details"), "portal-profile", "user"),
)


def entries(
    request: HttpRequest, places: tuple[tuple[object, str, str], ...], patient_id: object
) -> list[NavigationEntry]:
    """The places of one patient as entries, the present one marked."""
    found = []
    for label, name, icon in places:
        url = reverse(name, args=[patient_id])
        is_here = request.path == url or (name != "portal-home" and request.path.startswith(url))
        found.append(NavigationEntry(str(label), url, icon, current=is_here))
    return found


def portal_navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: tabs and menu on the pages of a patient in the portal, nothing elsewhere."""
    place = request.resolver_match
    patient_id = place.kwargs.get("patient_id") if place else None
    if patient_id is None or not request.path.startswith("/portal/"):
        return {}
    return {
        "navigation": entries(request, TABS, patient_id),
        "user_navigation": entries(request, MENU, patient_id),
        "portal_home": reverse("portal-home", args=[patient_id]),
        "printed_at": clock.now(),
    }
