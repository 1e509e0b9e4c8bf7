"""Sealing and opening of values; a sealed value opens only in the row and column it was made for.

Layout: version (1 byte), nonce (12 bytes), ciphertext with tag. The associated data is
organization, table, column and row id (PROMISES D9), the key is derived for each organization.

What must be found again by equality has a blind index beside it (PROMISES D10): a keyed digest,
with a key of its own for each column and organization, that says whether two are alike and nothing else.
"""

import hmac
import os
import re
from functools import lru_cache
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from osler.kernel.errors import Refusal

VERSION = b"\x01"
BLIND_MARK = "="
_UNSAID = re.compile(r"[\W_]+")


class CannotOpen(Refusal):
    """The sealed value was damaged, moved, or sealed with another key."""

    code = "cannot-open"
    status = 500
    message = _("A protected value cannot be opened.")


@lru_cache(maxsize=64)
def _key(organization: str, root: bytes) -> AESGCM:
    derived = HKDF(SHA256(), 32, salt=None, info=b"osler sealed field " + organization.encode()).derive(root)
    return AESGCM(derived)


def seal(text: str, *, organization: UUID | str, place: str) -> bytes:
    """The sealed form of a text for one place ("table.column:row id"); empty stays empty."""
    return seal_bytes(text.encode(), organization=organization, place=place)


def seal_bytes(content: bytes, *, organization: UUID | str, place: str) -> bytes:
    """The sealed form of a file's bytes for one place; empty stays empty."""
    if not content:
        return b""
    nonce = os.urandom(12)
    key = _key(str(organization), settings.SEALING_KEY)
    return VERSION + nonce + key.encrypt(nonce, content, place.encode())


def open_sealed(sealed: bytes, *, organization: UUID | str, place: str) -> str:
    """The text of a sealed value, or CannotOpen."""
    try:
        return open_bytes(sealed, organization=organization, place=place).decode()
    except ValueError as error:
        raise CannotOpen from error


def open_bytes(sealed: bytes, *, organization: UUID | str, place: str) -> bytes:
    """The bytes of a sealed file, or CannotOpen."""
    sealed = bytes(sealed)
    if sealed == b"":
        return b""
    if sealed[:1] != VERSION:
        raise CannotOpen
    key = _key(str(organization), settings.SEALING_KEY)
    try:
        return key.decrypt(sealed[1:13], sealed[13:], place.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error


@lru_cache(maxsize=256)
def _blind_key(organization: str, column: str, root: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"osler blind index {column} {organization}".encode()).derive(
        root
    )


def blind_index(text: str, *, organization: UUID | str, column: str) -> str:
    """What equal texts of a column have in common, and what tells nothing of them without the key.

    Case and punctuation do not count: 999-12-3456 and 999123456 are one number. Only for what has
    many possible values (numbers that a state or a payer hands out), never for a word of a short list.
    """
    key = _blind_key(str(organization), column, settings.SEALING_KEY)
    plain = _UNSAID.sub("", text.casefold()) or text
    return BLIND_MARK + hmac.digest(key, plain.encode(), "sha256")[:16].hex()


class SealedText:
    """A text attribute of a model, stored sealed in a BinaryField beside it.

    Needs the row's organization at the time of writing: set it after `acting` has begun, or
    give `organization_id` to the row.
    """

    def __init__(self, column: str) -> None:
        self.column = column

    def __get__(self, row: Any, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        return open_sealed(
            getattr(row, self.column),
            organization=_organization(row),
            place=self._place(row),
        )

    def __set__(self, row: Any, text: str) -> None:
        setattr(
            row,
            self.column,
            seal(text, organization=_organization(row), place=self._place(row)),
        )

    def _place(self, row: Any) -> str:
        return f"{row._meta.db_table}.{self.column}:{row.pk}"


class SealedBytes(SealedText):
    """The same for the bytes of a small file."""

    def __get__(self, row: Any, owner: type[models.Model]) -> Any:
        if row is None:
            return self
        return open_bytes(getattr(row, self.column), organization=_organization(row), place=self._place(row))

    def __set__(self, row: Any, content: bytes) -> None:  # type: ignore[override]
        sealed = seal_bytes(content, organization=_organization(row), place=self._place(row))
        setattr(row, self.column, sealed)


def _organization(row: Any) -> str:
    organization = row.organization_id
    if not isinstance(organization, UUID):
        raise ValueError("a sealed field needs the row's organization_id before it is set")
    return str(organization)
