"""How queued notices leave the house, whichever way: each is claimed, handed over, and its fate noted.

A notice is claimed in a transaction of its own before it is handed over, as "unknown": a crash leaves it
so, and a person decides, because the other side may have it (PROMISES D16). A no in words is tried again
later, with growing pauses. A reminder is asked once more, while it is claimed, whether it is still true.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NamedTuple
from uuid import UUID

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import due_notices
from osler.clinic.communication.reminding.checking import Verdict, verdict
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.foundation.jobs.patience import next_try
from osler.kernel import clock
from osler.kernel.states import move

Status = Notice.Status


class Fate(Enum):
    """What the other side has done with a notice."""

    TAKEN = "taken"
    REFUSED = "refused"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


class Outcome(NamedTuple):
    """A fate, and what was said about it."""

    fate: Fate
    words: str = ""


@dataclass
class Sending:
    """How a run went."""

    sent: int = 0
    refused: int = 0
    unknown: int = 0
    withdrawn: int = 0


HandOver = Callable[[Notice], Outcome]


def send_queued(organization_id: UUID, *, channel: str, hand_over: HandOver, limit: int) -> Sending:
    """Send what is queued for a tenant by a channel, each notice once a run; several workers may do so at
    once."""
    actor, result = SystemActor(organization_id), Sending()
    tried: list[UUID] = []
    while len(tried) < limit and (notice := _claim(actor, channel, tried)):
        tried.append(notice.id)
        if notice.status == Status.UNKNOWN:
            _note(actor, notice, hand_over(notice), result)
        elif notice.status == Status.WITHDRAWN:
            result.withdrawn += 1
    return result


def _claim(actor: SystemActor, channel: str, tried: list[UUID]) -> Notice | None:
    """The next notice: "unknown" until its fate is known, or withdrawn, or put off to a later instant."""
    with acting(actor, reason="send_notices"):
        due = due_notices().filter(channel=channel).exclude(pk__in=tried)
        notice = due.select_for_update(skip_locked=True).order_by("attempts", "id").first()
        if notice is None:
            return None
        said = verdict(notice, now=clock.now())
        if isinstance(said, datetime):
            notice.next_try_at = said
        elif said is Verdict.WITHDRAW:
            move(notice, Status.WITHDRAWN, transitions=Notice.TRANSITIONS)
        else:
            move(notice, Status.UNKNOWN, transitions=Notice.TRANSITIONS)
            notice.attempts, notice.next_try_at = notice.attempts + 1, None
        notice.save()
    return notice


def _note(actor: SystemActor, notice: Notice, outcome: Outcome, result: Sending) -> None:
    with acting(actor, reason="send_notices"):
        if outcome.fate is Fate.TAKEN:
            move(notice, Status.SENT, transitions=Notice.TRANSITIONS)
            notice.sent_at = clock.now()
            result.sent += 1
        elif outcome.fate is Fate.UNKNOWN:
            result.unknown += 1
        else:
            is_final = outcome.fate is Fate.IMPOSSIBLE
            notice.next_try_at = None if is_final else next_try(notice.attempts, now=clock.now())
            fate = Status.FAILED if notice.next_try_at is None else Status.QUEUED
            move(notice, fate, transitions=Notice.TRANSITIONS)
            result.refused += 1
        notice.last_error = outcome.words[:300]
        notice.save()
