"""The screen of a waiting room: its secret address, and the numbers that it shows.

The address is made of the screen's own key and our secret; no table holds it, and closing the screen ends it.
What is shown is a number and a room, out of columns that say nothing of anybody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from osler.clinic.scheduling.models import QueueEntry, QueueScreen
from osler.clinic.scheduling.queue.waiting_room import today_at
from osler.foundation.accounts.links import ShortLinks
from osler.kernel import clock

SCREENS = ShortLinks(b"queue screen ", 16)
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
    return SCREENS.token_of(screen.organization_id, screen.id)


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
