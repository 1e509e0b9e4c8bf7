"""The clearinghouse: takes queued questions to insurers and brings answers back, each as often as needed.

A question is counted as sent in a transaction of its own before it goes; no answer in its pause, and it
goes again with the same trace number. An answer is noted in a transaction, and let go of only then: whoever
is killed between finds it again, and it changes nothing the second time.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from django.conf import settings

from osler.clinic.insurance.answering import Fate, due_checks, note_answer, note_unreached, take_question
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.interop.gateways.eligibility_text import NotAnAnswer, question_text, read_answer
from osler.interop.gateways.loopback_insurers import LoopbackInsurers

log = logging.getLogger(__name__)


class Clearinghouse(Protocol):
    """A way to insurers: what is submitted is answered some time, in any order, or never."""

    def submit(self, message: bytes) -> None:
        """Hand a question over; raises OSError if it did not leave the house."""

    def answers(self) -> Iterator[tuple[str, bytes]]:
        """What has come back and nobody has let go of, by key."""

    def let_go(self, key: str) -> None:
        """An answer is dealt with."""


@dataclass
class Asking:
    """How a run went."""

    sent: int = 0
    unreached: int = 0
    unreadable: int = 0
    fates: dict[Fate, int] = field(default_factory=dict)


def clearinghouse_of(organization_id: UUID) -> Clearinghouse | None:
    """The way to insurers that is set, if there is one."""
    if settings.CLEARINGHOUSE == "loopback":
        return LoopbackInsurers(settings.CLEARINGHOUSE_FOLDER / str(organization_id))
    return None


def is_work_waiting(organization_id: UUID) -> bool:
    """Whether there is something to send or to collect; asked while somebody acts for the tenant."""
    house = clearinghouse_of(organization_id)
    if house is None:
        return False
    return due_checks().exists() or next(house.answers(), None) is not None


def ask_insurers(organization_id: UUID, *, limit: int = 200) -> Asking:
    """Collect what is answered, send what is due, and collect again: some answer at once."""
    house, result = clearinghouse_of(organization_id), Asking()
    if house is None:
        return result
    actor = SystemActor(organization_id)
    _collect(house, actor, result, limit)
    tried: list[UUID] = []
    while len(tried) < limit and _send_next(house, actor, tried, result):
        pass
    _collect(house, actor, result, limit)
    return result


def _send_next(house: Clearinghouse, actor: SystemActor, tried: list[UUID], result: Asking) -> bool:
    with acting(actor, reason="ask_insurers"):
        taken = take_question(tried=tried)
    if taken is None:
        return False
    check, question = taken
    tried.append(check.id)
    try:
        house.submit(question_text(question))
    except OSError as error:
        with acting(actor, reason="ask_insurers"):
            note_unreached(check, error=type(error).__name__)
        result.unreached += 1
    else:
        result.sent += 1
    return True


def _collect(house: Clearinghouse, actor: SystemActor, result: Asking, limit: int) -> None:
    for number, (key, message) in enumerate(house.answers()):
        if number >= limit:
            return
        try:
            answer = read_answer(message)
        except NotAnAnswer as error:
            log.warning("an insurer's answer cannot be read: %s", error)  # never a word of what it says
            result.unreadable += 1
        else:
            with acting(actor, reason="ask_insurers"):
                fate = note_answer(answer, words=message.decode())
            result.fates[fate] = result.fates.get(fate, 0) + 1
        house.let_go(key)
