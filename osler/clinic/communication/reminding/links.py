"""The link of a reminder: short, made of the notice's own key and our secret; no table holds it."""

import base64
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings

from osler.clinic.communication.models import Notice
from osler.clinic.communication.notices import VISIT_REMINDER, link_with, site_address

VISIT = b"visit reminder "
SEAL = 10
"""Bytes of the seal: 80 bits, because a text message is short and guesses are counted."""


def link_of(notice: Notice) -> str:
    """The address at which the reader of a reminder answers."""
    return f"{site_address()}/v/{token_of(notice.organization_id, notice.id)}/"


def token_of(organization_id: UUID, key: UUID, *, purpose: bytes = VISIT) -> str:
    """The part of the address that says which reminder it is; a link for one purpose is none for another."""
    return base64.urlsafe_b64encode(key.bytes + _seal(organization_id, key, purpose)).rstrip(b"=").decode()


def named_by(token: str, *, among: Iterable[UUID], purpose: bytes = VISIT) -> tuple[UUID, UUID] | None:
    """The clinic of a link and what it is about, if one of these clinics has made it."""
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except ValueError:
        return None
    if len(raw) != 16 + SEAL:
        return None
    key, found = UUID(bytes=raw[:16]), None
    for organization_id in among:
        if hmac.compare_digest(token_of(organization_id, key, purpose=purpose), token):
            found = organization_id, key
    return found


def _seal(organization_id: UUID, key: UUID, purpose: bytes) -> bytes:
    place = purpose + organization_id.bytes + key.bytes
    return hmac.digest(settings.SECRET_KEY.encode(), place, hashlib.sha256)[:SEAL]


link_with(VISIT_REMINDER, link_of)
