"""What pages of public booking begin with: an open clinic, its hour and language, and this browser's hold."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from osler.clinic.billing.charges.costs import costs_of
from osler.clinic.intake.registering import Door
from osler.clinic.intake.visiting import NO_ONE, Visitor, held_with, key_of
from osler.clinic.scheduling.models import SlotHold
from osler.foundation.access.routes import View
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.kernel.retries import until_done
from osler.web.portal.entrance import at_open_clinic, keep_cookie

KEY, PLACE = "osler_visit", "/book/"
KEPT = 3_600


@dataclass
class Booking:
    """Who stands at the door: the clinic, and what is held for this browser if anything is."""

    door: Door
    held: SlotHold | None = None

    @property
    def clinic(self) -> str:
        return self.door.address

    def here(self, name: str, *args: object) -> HttpResponse:
        """On to another page of this clinic."""
        return redirect(f"booking-{name}", self.clinic, *args)


def at_booking(
    *, needs_hold: bool = True, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """A page of public booking; the view is given the `Booking`. Nobody counts as signed in here.

    A page that needs a hold sends who has none, or no longer, back to the times.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def enter(request: HttpRequest, door: Door, **rest: Any) -> HttpResponse:
            return until_done(functools.partial(_enter, request, door, view, needs_hold, rest))

        return at_open_clinic(enter=enter, closed=_closed, methods=methods)

    return declare


def _closed(request: HttpRequest) -> HttpResponse:
    return render(request, "booking/closed.html", status=404)


def _enter(
    request: HttpRequest, door: Door, view: View, needs_hold: bool, rest: dict[str, Any]
) -> HttpResponse:
    named = named_in(request.COOKIES.get(KEY, ""))
    is_ours = named is not None and named.organization_id == door.organization_id
    hold_id, secret = (named.key, named.proof) if named and is_ours else (NO_ONE, b"")
    visitor = Visitor(door.organization_id, hold_id)
    with acting(visitor, request_id=request.request_id):  # type: ignore[attr-defined]
        held = held_with(secret) if secret else None
        if needs_hold and held is None:
            return forget(render(request, "booking/over.html", frame(Booking(door)), status=404))
        with timezone.override(ZoneInfo(_zone(held))):
            response = view(request, Booking(door, held), **rest)
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
    return response


def _zone(held: SlotHold | None) -> str:
    if held is not None:
        return held.zone
    site = Location.objects.filter(form="si", status="active").order_by("created_at", "name").first()
    return site.zone if site else timezone.get_current_timezone_name()


def frame(booking: Booking, **more: Any) -> dict[str, Any]:
    """What every page shows."""
    held = booking.held
    return {
        "clinic": booking.clinic,
        "site_name": booking.door.name,
        "held": held,
        "service": held.service if held else None,
        "costs": costs_of([held.service])[held.service_id] if held else None,
        **more,
    }


def remember(response: HttpResponse, held: SlotHold, secret: bytes) -> HttpResponse:
    """This browser has the hold from now on."""
    keep_cookie(response, KEY, key_of(held, secret), path=PLACE, seconds=KEPT)
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Nothing of the hold stays in this browser."""
    response.delete_cookie(KEY, path=PLACE, samesite="Lax")
    return response
