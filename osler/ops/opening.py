"""Opening a clinic in an empty installation: the tenant, its first site, its first administrator."""

from zoneinfo import available_timezones

from osler.foundation.access.actors import Actor
from osler.foundation.access.assignments import grant_role, invite_user
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.directory.models import Location
from osler.foundation.directory.tenants import tenants
from osler.interop.fhir.operators import open_tenant, operator_in
from osler.kernel.errors import Invalid
from osler.kernel.keys import uuid7


class UnknownZone(Invalid):
    """No IANA time zone."""

    code = "unknown-zone"
    field = "zone"


def open_clinic(name: str, *, zone: str, email: str, person: str) -> User:
    """The account of the administrator of a clinic that is ready to be furnished.

    What is there already is taken as it is: a second call for the same clinic changes nothing,
    and another address becomes another administrator.
    """
    if zone not in available_timezones():
        message = f"There is no time zone {zone}; one is America/New_York."
        raise UnknownZone(message)
    known = {held: key for key, held in tenants()}
    operator = operator_in(known.get(name) or uuid7())
    with acting(operator, reason="opening the clinic"):
        if name not in known and operator.organization_id:
            open_tenant(operator.organization_id, name)
        if not Location.objects.filter(form=Location.Form.SITE).exists():
            Location(name=name, form=Location.Form.SITE, zone=zone).save()
        user = invite_user(email=email, name=person, actor=operator)
        _make_administrator(user, operator)
    return user


def _make_administrator(user: User, operator: Actor) -> None:
    held = RoleAssignment.objects.filter(user=user, role=Role.ADMINISTRATOR, ended_at=None)
    if not held.exists():
        grant_role(user, role=Role.ADMINISTRATOR, actor=operator)
