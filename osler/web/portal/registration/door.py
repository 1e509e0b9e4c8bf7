"""What every public page begins with: an open clinic, its hour and language, and the draft of this browser.

Two cookies hold a draft: its key, for a week, and a mark that this browser has just used it, for half an
hour. Without the mark the birth date is asked again before anything that was entered is shown.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from osler.clinic.intake.models import Proposal, Questionnaire
from osler.clinic.intake.registering import (
    ASKS_AGAIN_AFTER,
    DRAFT_LASTS,
    NO_ONE,
    Door,
    Registrant,
    draft_with,
    key_of,
)
from osler.foundation.access.routes import View
from osler.foundation.accounts.links import named_in
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.web.portal.entrance import at_open_clinic, keep_cookie

KEY, SEEN = "osler_registration", "osler_registration_seen"
PLACE = "/register/"
SALT = "osler.registration"


@dataclass
class Caller:
    """Who stands at the door: the clinic's questionnaire, and the draft if there is one."""

    door: Door
    questionnaire: Questionnaire
    draft: Proposal | None = None
    is_fresh: bool = False

    @property
    def clinic(self) -> str:
        return self.door.address

    def here(self, name: str, *args: object) -> HttpResponse:
        """On to another page of this clinic."""
        return redirect(f"registration-{name}", self.clinic, *args)


def at_door(
    *, needs_draft: bool = True, methods: tuple[str, ...] = ("GET", "POST")
) -> Callable[[View], View]:
    """A page of the public door; the view is given the `Caller`. Nobody counts as signed in here.

    A page that needs a draft sends who has none to the beginning, and to the birth date whoever was away.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def enter(request: HttpRequest, door: Door, **rest: Any) -> HttpResponse:
            return _enter(request, door, view, needs_draft, rest)

        return at_open_clinic(enter=enter, closed=closed, methods=methods)

    return declare


def closed(request: HttpRequest) -> HttpResponse:
    """The same page for a clinic that is closed and for one that there never was."""
    return render(request, "registration/closed.html", status=404)


def _enter(
    request: HttpRequest, door: Door, view: View, needs_draft: bool, rest: dict[str, Any]
) -> HttpResponse:
    named = named_in(request.COOKIES.get(KEY, ""))
    is_ours = named is not None and named.organization_id == door.organization_id
    proposal_id, secret = (named.key, named.proof) if named and is_ours else (NO_ONE, b"")
    who = Registrant(door.organization_id, proposal_id)
    with acting(who, request_id=request.request_id):  # type: ignore[attr-defined]
        site = Location.objects.filter(form="si", status="active").order_by("created_at", "name").first()
        with timezone.override(ZoneInfo(site.zone) if site else timezone.get_current_timezone()):
            caller = Caller(door, Questionnaire.objects.get(), is_fresh=_is_fresh(request))
            caller.draft = draft_with(secret) if secret else None
            if needs_draft and caller.draft is None:
                return caller.here("start")
            response = view(request, caller, **rest)
            if hasattr(response, "render") and callable(response.render):
                response = response.render()
    return response


def _is_fresh(request: HttpRequest) -> bool:
    try:
        mark = signing.loads(request.COOKIES.get(SEEN, ""), salt=SALT, max_age=ASKS_AGAIN_AFTER)
    except signing.BadSignature:
        return False
    return bool(mark == request.COOKIES.get(KEY, "")[-12:])


def remember(response: HttpResponse, proposal: Proposal, secret: bytes) -> HttpResponse:
    """This browser writes the draft from now on."""
    key = key_of(proposal, secret)
    keep_cookie(response, KEY, key, path=PLACE, days=DRAFT_LASTS.days)
    _mark(response, key)
    return response


def still_here(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """This browser has just used its draft."""
    _mark(response, request.COOKIES.get(KEY, ""))
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """Nothing of the draft stays in this browser."""
    for name in (KEY, SEEN):
        response.delete_cookie(name, path=PLACE, samesite="Lax")
    return response


def _mark(response: HttpResponse, key: str) -> None:
    mark = signing.dumps(key[-12:], salt=SALT)
    keep_cookie(response, SEEN, mark, path=PLACE, seconds=int(ASKS_AGAIN_AFTER.total_seconds()))
