"""News: facts announced in the transaction that made them, heard by upper floors in the worker.

A subscriber runs in a transaction of its own together with the mark "delivered", so each
effect in our database happens exactly once; effects outside are queued rows again (A56).
"""

import dataclasses
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from procrastinate import RetryStrategy

from osler.foundation.audit.context import acting
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.patience import next_try
from osler.foundation.jobs.queue import queue
from osler.kernel import clock
from osler.kernel.discretion import told

log = logging.getLogger(__name__)

Event = TypeVar("Event")
Subscriber = Callable[[Any], None]

_subscribers: dict[str, list[Subscriber]] = defaultdict(list)
_events: dict[str, type[Any]] = {}


@dataclass(frozen=True)
class SystemActor:
    """The house itself at work, for one organization."""

    organization_id: UUID | None
    user_id: UUID | None = None
    patient_id: UUID | None = None
    role_name: str = "system"


def subscribe(
    event: type[Event],
) -> Callable[[Callable[[Event], None]], Callable[[Event], None]]:
    """Hear an event: the decorated function gets it in the worker, after the commit.

    Events are frozen dataclasses of ids (UUID) and plain strings and numbers.
    """

    def register(function: Callable[[Event], None]) -> Callable[[Event], None]:
        _events[event.__name__] = event
        _subscribers[event.__name__].append(function)
        return function

    return register


def subscribers() -> dict[str, list[str]]:
    """Who hears what, for the documentation and its test."""
    return {
        name: [f"{function.__module__}.{function.__qualname__}" for function in functions]
        for name, functions in _subscribers.items()
    }


def announce(event: Any) -> None:
    """Write that something has happened; it is told if, and only if, this transaction commits."""
    payload = {field.name: _plain(getattr(event, field.name)) for field in dataclasses.fields(event)}
    row = OutboxEvent.objects.create(name=type(event).__name__, payload=payload)
    deliver_events.defer(organization_id=str(row.organization_id))


@queue.task(name="deliver_events", retry=RetryStrategy(max_attempts=8, exponential_wait=2))
def deliver_events(organization_id: str) -> None:
    """Tell all events of an organization that are due, oldest first, each in its own transaction.

    One that cannot be told waits, longer each time, until its next try has come.
    If the database goes away meanwhile, the queue tries again later.
    """
    actor = SystemActor(UUID(organization_id))
    while _deliver_next(actor):
        pass


def _deliver_next(actor: SystemActor) -> bool:
    """Deliver one event; False when none is left. A failure is kept with the event."""
    row: OutboxEvent | None = None
    try:
        with acting(actor, reason="deliver_events"):
            row = OutboxEvent.objects.due().select_for_update(skip_locked=True).first()
            if row is None:
                return False
            _tell(row)
            row.delivered_at = clock.now()
            row.save(update_fields=["delivered_at"])
    except Exception as error:
        if row is None:
            raise
        log.exception("event %s (%s) could not be told", row.id, row.name)
        with acting(actor, reason="deliver_events"):
            OutboxEvent.objects.filter(id=row.id).update(
                attempts=models.F("attempts") + 1,
                next_try_at=next_try(row.attempts + 1, now=clock.now()),
                last_error=told(error)[:500],
            )
    return True


def _tell(row: OutboxEvent) -> None:
    event_type = _events.get(row.name)
    if event_type is None:
        return
    fields = {field.name: field.type for field in dataclasses.fields(event_type)}
    values = {name: _revived(row.payload.get(name), fields[name]) for name in fields}
    for subscriber in _subscribers[row.name]:
        subscriber(event_type(**values))


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, UUID) else value


def _revived(value: Any, annotation: Any) -> Any:
    return UUID(value) if value is not None and "UUID" in str(annotation) else value
