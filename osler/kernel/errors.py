"""Refusals: what Osler answers when something may not or cannot be done.

Refusal
├── Denied           the actor has no right to it, or must not know that it is there
├── Missing          there is no such thing
├── Invalid          the input says something that cannot be
└── Conflict         the world has changed, or another rule stands against it
    └── StaleVersion   somebody else has saved in the meantime

The class docstring of a refusal says what it means; `message` is what a person reads.
"""

from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """A fact that stands against what was asked. Nothing was changed."""

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 422
    message: str | Promise = _("This could not be done. Nothing was changed.")
    field: str = ""
    elsewhere: str = ""
    """The address of what was asked for, where it has gone from its old one."""

    def __init__(self, message: str | Promise | None = None, *, field: str | None = None) -> None:
        super().__init__(message)
        if message is not None:
            self.message = message
        if field is not None:
            self.field = field

    def __str__(self) -> str:
        return str(self.message)


class Denied(Refusal):
    """The actor has no right to this."""

    code = "denied"
    status = 403
    message = _("Your role does not allow this.")


class Missing(Refusal):
    """There is no such thing, or the actor must not know of it."""

    code = "not-found"
    status = 404
    message = _("There is nothing here, or it is not yours to see.")


class Invalid(Refusal):
    """The input says something that cannot be."""

    code = "invalid"
    status = 422
    message = _("Please check what was entered.")


class Conflict(Refusal):
    """Another fact stands against this one."""

    code = "conflict"
    status = 409
    message = _("This conflicts with what is already recorded. Nothing was changed.")


class StaleVersion(Conflict):
    """Somebody else has saved this row since it was opened (FHIR R4 http.html, If-Match)."""

    code = "stale-version"
    status = 412
    message = _("Somebody else has changed this in the meantime. Your text is kept; please compare.")
