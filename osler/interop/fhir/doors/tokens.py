"""Who calls: a bearer token, looked up once and kept for ten seconds in this process.

A token that is revoked, or a right that ends, is dropped at once where this process hears of it
(NOTIFY osler_rights), and after ten seconds everywhere.
"""

import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection

from osler.foundation.access.actors import Actor, load_actor
from osler.foundation.accounts.tokens import hash_token
from osler.interop.fhir.doors.outcomes import Trouble
from osler.interop.fhir.scopes import LETTERS, Scope, allows, parse_scopes
from osler.kernel.errors import Denied

SECONDS_KEPT = 10.0
MOST_KEPT = 10_000
WORDS = {"c": "create", "r": "read", "u": "update", "d": "delete", "s": "search"}


@dataclass(frozen=True)
class Caller:
    """The user of a token, what the token is for, and the request."""

    actor: Actor
    scopes: tuple[Scope, ...]
    request_id: UUID = field(default_factory=lambda: UUID(int=0))

    def need(self, resource_type: str, letter: str) -> None:
        """Refuse what the token is not for."""
        if letter not in LETTERS or not allows(self.scopes, resource_type, letter):
            raise Denied(f"The token has no scope to {WORDS.get(letter, letter)} {resource_type}.")

    def has(self, resource_type: str, letter: str) -> bool:
        return allows(self.scopes, resource_type, letter)


_kept: dict[str, tuple[float, Caller]] = {}
_listening: list[Any] = []
_FIND = (
    "SELECT user_id, scope, expires_at <= now() OR revoked_at IS NOT NULL"
    " FROM accounts_apitoken WHERE token_hash = %s"
)


def caller_of(authorization: str, request_id: UUID) -> Caller:
    """The caller of a request; 401 without a token that holds."""
    kind, _, token = authorization.partition(" ")
    if kind.lower() != "bearer" or not token:
        raise Trouble(401, "send a bearer token: “osler token create” makes one")
    hashed = hash_token(token.strip())
    hear_of_changes()
    kept = _kept.get(hashed)
    if kept is None or kept[0] < time.monotonic():
        caller = _look_up(hashed)
        if len(_kept) > MOST_KEPT:
            _kept.clear()
        kept = _kept[hashed] = (time.monotonic() + SECONDS_KEPT, caller)
    return Caller(kept[1].actor, kept[1].scopes, request_id)


def _look_up(hashed: str) -> Caller:
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [hashed])
        row = cursor.fetchone()
    if row is None or row[2]:
        raise Trouble(401, "this token is unknown, has expired or was revoked")
    user_id, text, _ = row
    scopes = parse_scopes(text)
    found = _actor(user_id, scopes)
    if found is None or found.organization_id is None or not found.roles:
        raise Trouble(401, "the account of this token is closed or has no rights")
    return Caller(found, scopes)


def _actor(user_id: UUID, scopes: tuple[Scope, ...]) -> Actor | None:
    """Scopes of `patient/` alone make the caller a patient, with a patient's walls."""
    only_patient = all(scope.context == "patient" for scope in scopes)
    for realm in ("portal",) if only_patient else ("staff", "portal"):
        found = load_actor(user_id, realm=realm)
        if found is not None and found[0].organization_id is not None:
            return found[0]
    return None


def hear_of_changes() -> None:
    """Forget what is kept when the database has told of a change of rights; costs no round trip."""
    connection.ensure_connection()
    raw = connection.connection
    if raw not in _listening:
        _listening[:] = [raw]
        raw.add_notify_handler(lambda notice: _kept.clear())
        with connection.cursor() as cursor:
            cursor.execute("LISTEN osler_rights")
        _kept.clear()
        return
    link = raw.pgconn
    with connection.wrap_database_errors:
        link.consume_input()
    while link.notifies() is not None:
        _kept.clear()


def forget_callers() -> None:
    """Drop everything that is kept (tests)."""
    _kept.clear()
