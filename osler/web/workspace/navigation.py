"""The rail of the workspace: where each role can go, and what waits there."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from osler.clinic.communication.offering.telling import offers_to_call
from osler.clinic.communication.queries import waiting_count
from osler.clinic.communication.reminding.replies import replies_waiting
from osler.clinic.intake.deciding import waiting_count as proposals_waiting
from osler.clinic.records.results.worklists import stage_counts, unread_reports
from osler.clinic.scheduling.queries import asked_for
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import RouteRule
from osler.foundation.ui.shell import NavigationEntry

Count = Callable[[Actor], int]


def _nothing(actor: Actor) -> int:
    return 0


def _requests(actor: Actor) -> int:
    return asked_for(actor).count() if actor.has_role(Role.RECEPTION) else 0


def _to_call(actor: Actor) -> int:
    """Offers of which no message tells."""
    return offers_to_call(actor) if actor.has_role(Role.RECEPTION) else 0


def _replies(actor: Actor) -> int:
    return replies_waiting(actor) if actor.has_role(Role.RECEPTION) else 0


def _proposals(actor: Actor) -> int:
    return proposals_waiting(actor) if actor.has_role(Role.RECEPTION) else 0


def _inbox(actor: Actor) -> int:
    """Results and messages, as the page of the inbox counts them."""
    return unread_reports(actor) + waiting_count(actor)


def _orders(actor: Actor) -> int:
    return stage_counts(actor=actor)[""] if actor.has_role(Role.LAB) else 0


@dataclass(frozen=True)
class Place:
    """An entry of the rail; it is shown to whoever its route admits."""

    label: str | Promise
    route: str
    icon: str
    count: Count = _nothing


# On a phone the first four that one may see stand at the bottom, the rest behind "More".
PLACES = (
    Place(_("Home"), "home", "house"),
    Place(_("Day board"), "board", "layout-list"),
    Place(_("Calendar"), "calendar", "calendar-days"),
    Place(_("Inbox"), "inbox", "inbox", _inbox),
    Place(_("Queue"), "queue", "armchair"),
    Place(_("Requests"), "appointment-requests", "calendar-clock", _requests),
    Place(_("Waiting list"), "waiting-list", "list-ordered", _to_call),
    Place(_("Answers"), "replies", "message-circle", _replies),
    Place(_("Patients"), "patients", "users"),
    Place(_("Registrations"), "proposals", "user-round-check", _proposals),
    Place(_("Messages"), "threads", "message-square"),
    Place(_("Laboratory"), "lab", "flask-conical", _orders),
    Place(_("Billing"), "billing", "receipt-text"),
    Place(_("Access"), "privacy", "shield-check"),
    Place(_("Administration"), "administration", "settings-2"),
)
ACTIONS = (
    Place(_("Register a patient"), "patient-new", "user-plus"),
    Place(_("Book an appointment"), "appointment-new", "calendar-plus"),
    Place(_("Recalls"), "recalls", "calendar-clock"),
    Place(_("Likely to be free"), "likely-free", "layers-2"),
    Place(_("Take in without appointment"), "walk-in", "footprints"),
    Place(_("Possible duplicates"), "pairs", "users"),
    Place(_("Insurance to check"), "eligibility", "shield-alert"),
    Place(_("Import patients"), "imports", "file-up"),
    Place(_("Charges to invoice"), "charges", "receipt"),
    Place(_("Invoices"), "invoices", "receipt-text"),
    Place(_("Working hours"), "hours", "calendar-clock"),
    Place(_("Absences"), "absences", "calendar-off"),
    Place(_("Insurers"), "payers", "shield-plus"),
    Place(_("Online registration"), "online-registration", "clipboard-pen"),
    Place(_("Reminders of visits"), "reminders", "bell"),
    Place(_("Rules of recalls"), "recall-rules", "calendar-clock"),
    Place(_("Missed visits"), "no-shows", "user-x"),
    Place(_("Users"), "users", "user-cog"),
    Place(_("Roles"), "roles", "key-round"),
)
OWN = (
    Place(_("Password"), "account_change_password", "key-round"),
    Place(_("Second factor"), "mfa_index", "shield-check"),
    Place(_("My visits in another calendar"), "calendar-link", "calendar-sync"),
)


def address(route: str, *args: object) -> str:
    """The address of a page, or nothing in an installation that has no such area."""
    try:
        return reverse(route, args=args)
    except NoReverseMatch:
        return ""


@cache
def _rule(route: str) -> tuple[str, RouteRule] | None:
    url = address(route)
    rule = getattr(resolve(url).func, "rule", None) if url else None
    return (url, rule) if rule else None


def places_for(actor: Actor, places: tuple[Place, ...]) -> list[tuple[Place, str]]:
    """The places that exist and whose routes admit the actor, with their addresses."""
    found = []
    for place in places:
        known = _rule(place.route)
        if known and (known[1].is_public or not actor.roles.isdisjoint(known[1].roles)):
            found.append((place, known[0]))
    return found


def entries(request: HttpRequest, places: tuple[Place, ...]) -> list[NavigationEntry]:
    """Places as entries of a menu, the present one marked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    allowed = places_for(actor, places)
    here = max((url for _place, url in allowed if request.path.startswith(url)), key=len, default="")
    return [
        NavigationEntry(place.label, url, place.icon, place.count(actor), current=url == here)
        for place, url in allowed
    ]


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context processor: the rail, the user's own pages and the palette's actions, for staff.

    All are made only when a template asks for them: fragments do not.
    """
    actor = getattr(request, "actor", None)
    if actor is None or request.path.startswith("/portal/") or not actor.user_id:
        return {}
    if actor.realm != "staff":
        return {}
    return {
        "navigation": SimpleLazyObject(lambda: entries(request, PLACES)),
        "user_navigation": SimpleLazyObject(lambda: entries(request, OWN)),
        "palette_entries": SimpleLazyObject(lambda: entries(request, ACTIONS)),
    }
