"""Links and keys that open one thing to whoever has them, without signing in.

A link ends either with a random secret, of which the table holds the hash, or with a seal: made of what the
link is for, the row's own key and our secret, so that no table holds it. Nothing that a link names is
believed before its secret or its seal was compared.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.conf import settings

KEY = 16
"""Bytes of a row's key."""


class Named(NamedTuple):
    """What the end of a link says: a clinic, a row of it, and a secret or a seal."""

    organization_id: UUID
    key: UUID
    proof: bytes


def new_secret(length: int = 32) -> bytes:
    """Random bytes that nobody can guess."""
    return secrets.token_bytes(length)


def digest(secret: bytes) -> str:
    """What a table holds of a secret."""
    return hashlib.sha256(secret).hexdigest()


def is_secret_of(secret_hash: str, secret: bytes) -> bool:
    """Whether a table's hash is of this secret."""
    return hmac.compare_digest(secret_hash, digest(secret))


def seal_of(*parts: bytes) -> bytes:
    """The seal (32 bytes) of what a link is for and what it names."""
    return hmac.digest(settings.SECRET_KEY.encode(), b"".join(parts), hashlib.sha256)


def written(organization_id: UUID, key: UUID, proof: bytes) -> str:
    """The end of a link that names its clinic."""
    return _text(organization_id.bytes + key.bytes + proof)


def named_in(text: str, *, length: int = 32) -> Named | None:
    """What the end of a link names, with a secret or seal of so many bytes."""
    raw = _raw(text)
    if raw is None or len(raw) != 2 * KEY + length:
        return None
    return Named(UUID(bytes=raw[:KEY]), UUID(bytes=raw[KEY : 2 * KEY]), raw[2 * KEY :])


@dataclass(frozen=True, slots=True)
class ShortLinks:
    """Sealed links for one purpose, short enough for a text message or to be typed: they do not name their
    clinic. One for one purpose is none for another."""

    purpose: bytes
    length: int

    def token_of(self, organization_id: UUID, key: UUID) -> str:
        """The end of the link to a row."""
        return _text(key.bytes + seal_of(self.purpose, organization_id.bytes, key.bytes)[: self.length])

    def named_by(self, token: str, *, among: Iterable[UUID]) -> tuple[UUID, UUID] | None:
        """The clinic and the row, if one of these clinics has made the link."""
        raw = _raw(token)
        if raw is None or len(raw) != KEY + self.length:
            return None
        key, found = UUID(bytes=raw[:KEY]), None
        for organization_id in among:  # all of them, so that the time taken tells nothing
            if hmac.compare_digest(self.token_of(organization_id, key), token):
                found = organization_id, key
        return found


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes | None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None
    return raw if _text(raw) == text else None  # decoding skips foreign letters and the last one's spare bits
