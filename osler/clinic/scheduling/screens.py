"""The screen of a waiting room: its secret address, and the numbers that it shows.

The address is made of the screen's own key and our secret; no table holds it, and closing the screen ends it.
What is shown is a number and a room, out of columns that say nothing of anybody.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from osler.clinic.scheduling.models import QueueEntry, QueueScreen
from osler.clinic.scheduling.waiting_room import today_at
from osler.kernel import clock

SEAL = 16
MOST = 8
NEW_FOR = timedelta(seconds=30)


@dataclass(frozen=True)
class Call:
    """A number that is called into a room; `key` is another one when it is called again."""

    token: str
    room: str
    called_at: datetime
    is_new: bool

    @property
    def key(self) -> str:
        return f"{self.token}-{self.called_at.timestamp():.0f}"


def token_of(screen: QueueScreen) -> str:
    """The part of the address that says which screen it is."""
    return _token(screen.organization_id, screen.id)


def named_by(token: str, *, among: Iterable[UUID]) -> tuple[UUID, UUID] | None:
    """The clinic and the screen of an address, if one of these clinics has made it."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 16 + SEAL:
        return None
    screen_id, found = UUID(bytes=raw[:16]), None
    for organization_id in among:
        if hmac.compare_digest(_token(organization_id, screen_id), token):
            found = organization_id, screen_id
    return found


def calls_on(screen: QueueScreen) -> list[Call]:
    """The calls that are open at the screen's site, the newest first."""
    now = clock.now()
    rows = QueueEntry.objects.called().filter(site=screen.site, day=today_at(screen.site))
    shown = rows.order_by("-called_at", "id").values_list("letter", "number", "room__name", "called_at")[
        :MOST
    ]
    return [
        Call(f"{letter}{number:02}", room or "", at, now - at < NEW_FOR)
        for letter, number, room, at in shown
        if at is not None
    ]


def _token(organization_id: UUID, screen_id: UUID) -> str:
    return base64.urlsafe_b64encode(screen_id.bytes + _seal(organization_id, screen_id)).rstrip(b"=").decode()


def _seal(organization_id: UUID, screen_id: UUID) -> bytes:
    place = b"queue screen " + organization_id.bytes + screen_id.bytes
    return hmac.digest(settings.SECRET_KEY.encode(), place, hashlib.sha256)[:SEAL]
