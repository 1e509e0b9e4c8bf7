"""Who is acting in this request, with everything that rules ask about."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from osler.foundation.access.roles import PORTAL, Role


@dataclass(frozen=True)
class Grant:
    """A patient whom a portal user may act for."""

    patient_id: UUID
    name: str
    relationship: str
    organization_id: UUID


@dataclass(frozen=True)
class Actor:
    """A user at work, whose day passes in `zone`. In the portal, `patient_id` is the patient acted for."""

    user_id: UUID | None
    name: str
    organization_id: UUID | None
    roles: frozenset[Role]
    realm: str = "staff"
    patient_id: UUID | None = None
    practitioner_id: UUID | None = None
    facility_id: UUID | None = None
    email: str = ""
    language: str = "en"
    theme: str = ""
    zone: str = ""
    has_second_factor: bool = False
    grants: tuple[Grant, ...] = ()

    @property
    def role_name(self) -> str:
        """The roles in words for the audit trail."""
        return ",".join(sorted(self.roles))

    def has_role(self, *roles: Role) -> bool:
        """Whether the actor has any of these roles."""
        return not self.roles.isdisjoint(roles)


NOBODY = Actor(user_id=None, name="", organization_id=None, roles=frozenset())

SHARED = ("name", "email", "language", "theme", "zone", "has_second_factor")
_LOAD = "SELECT * FROM access_actor(%s)"


def load_actor(
    user_id: UUID, *, realm: str = "staff", patient_id: UUID | None = None
) -> tuple[Actor, str] | None:
    """The actor and the stored password hash of a user, or None if the account is closed.

    In the portal realm the actor has the rights of one grant and none of a staff role: that for
    the patient named, or the first one if the address names none.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOAD, [user_id])
        columns = [column.name for column in cursor.description or ()]
        row = cursor.fetchone()
    if row is None or row[0] is None:
        return None
    found = dict(zip(columns, row, strict=True))
    password = found.pop("password")
    grants = _grants(found.pop("grants"))
    found["zone"] = found["zone"] or ""
    shared = {key: found[key] for key in SHARED}
    if realm == "portal":
        return _portal_actor(user_id, shared, grants, patient_id), password
    actor = Actor(
        user_id=user_id,
        organization_id=found["organization_id"],
        roles=frozenset(Role(role) for role in found["roles"] or ()),
        facility_id=found["facility_id"],
        practitioner_id=found["practitioner_id"],
        grants=grants,
        **shared,
    )
    return actor, password


def _grants(found: Any) -> tuple[Grant, ...]:
    rows = json.loads(found) if isinstance(found, str) else found or []
    return tuple(
        Grant(
            UUID(row["patient_id"]),
            row["name"],
            row["relationship"],
            UUID(row["organization_id"]),
        )
        for row in rows
    )


def _portal_actor(
    user_id: UUID,
    shared: dict[str, Any],
    grants: tuple[Grant, ...],
    patient_id: UUID | None,
) -> Actor:
    named = [grant for grant in grants if patient_id in (None, grant.patient_id)]
    chosen = named[0] if named else None
    if chosen is None:
        return Actor(
            user_id=user_id,
            organization_id=None,
            roles=frozenset(),
            realm="portal",
            **shared,
        )
    role = Role.PATIENT if chosen.relationship == "self" else Role.PROXY
    return Actor(
        user_id=user_id,
        organization_id=chosen.organization_id,
        roles=frozenset({role}) & PORTAL,
        realm="portal",
        patient_id=chosen.patient_id,
        grants=grants,
        **shared,
    )
