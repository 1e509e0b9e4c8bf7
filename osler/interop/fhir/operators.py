"""Who acts when a command runs: the operator at the machine, for one tenant."""

from uuid import UUID

from django.core.management.base import CommandError

from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Organization
from osler.foundation.directory.tenants import tenants


def operator_of(organization: str = "") -> Actor:
    """The operator for the named tenant, or for the only one."""
    found = [row for row in tenants() if not organization or organization in (str(row[0]), row[1])]
    if len(found) != 1:
        names = ", ".join(name for _, name in tenants()) or "none: run “osler open” first"
        raise CommandError(f"Say which with --organization; there are: {names}.")
    return operator_in(found[0][0])


def operator_in(organization_id: UUID) -> Actor:
    """The operator as he acts in a tenant."""
    return Actor(
        user_id=None,
        name="operator",
        organization_id=organization_id,
        roles=frozenset({Role.ADMINISTRATOR}),
    )


def open_tenant(organization_id: UUID, name: str) -> None:
    """Make a tenant."""
    with acting(operator_in(organization_id), reason="opening the clinic"):
        Organization(id=organization_id, organization_id=organization_id, name=name).save()
