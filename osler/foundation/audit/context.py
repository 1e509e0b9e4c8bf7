"""Who is acting: told to the database for each transaction, read there by policies and triggers."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol
from uuid import UUID

from django.db import connection, transaction

from osler.kernel.keys import uuid7


class Acting(Protocol):
    """What the database must know of an actor."""

    @property
    def user_id(self) -> UUID | None: ...
    @property
    def organization_id(self) -> UUID | None: ...
    @property
    def patient_id(self) -> UUID | None: ...
    @property
    def role_name(self) -> str: ...


_organization: ContextVar[UUID | None] = ContextVar("acting_organization", default=None)

_SET = """
SELECT set_config('app.org', %s, true), set_config('app.actor', %s, true),
       set_config('app.role', %s, true), set_config('app.patient', %s, true),
       set_config('app.reason', %s, true), set_config('app.request', %s, true)
"""


def because(reason: str) -> None:
    """Give the reason for what the actor does in the rest of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.reason', %s, true)", [reason])


def acting_organization() -> UUID:
    """The organization for which this transaction acts, as its rows will have it."""
    known = _organization.get()
    if known is not None:
        return known
    with connection.cursor() as cursor:
        cursor.execute("SELECT nullif(current_setting('app.org', true), '')::uuid")
        (found,) = cursor.fetchone()
    if not isinstance(found, UUID):
        raise LookupError("nobody acts in this transaction")
    return found


@contextmanager
def reasoned(reason: str) -> Iterator[None]:
    """Give the reason for what is written within, and for nothing after it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.reason', true), '')")
        (before,) = cursor.fetchone()
    because(reason or before)
    yield
    because(before)


@contextmanager
def acting(actor: Acting, *, reason: str = "", request_id: UUID | None = None) -> Iterator[None]:
    """One transaction in which `actor` acts; outside it every protected table shows no row."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                _SET,
                [
                    str(actor.organization_id or ""),
                    str(actor.user_id or ""),
                    actor.role_name,
                    str(actor.patient_id or ""),
                    reason,
                    str(request_id or uuid7()),
                ],
            )
        token = _organization.set(actor.organization_id)
        try:
            yield
        finally:
            _organization.reset(token)
