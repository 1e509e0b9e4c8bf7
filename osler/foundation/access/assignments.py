"""Giving roles to people and taking them away, at once."""

from django.utils.translation import gettext_lazy as _

from osler.foundation.access.actors import Actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.accounts.models import Session, User
from osler.foundation.directory.models import Location
from osler.kernel import clock, constraints
from osler.kernel.constraints import refusals
from osler.kernel.errors import Conflict, Invalid, Missing


class RoleHeldAlready(Conflict):
    """The person has this role."""

    code = "role-held-already"
    message = _("This person has this role already.")
    field = "role"


class LastAdministrator(Conflict):
    """Somebody must be able to give roles."""

    code = "last-administrator"
    message = _("This is the last administrator: give the role to somebody else first.")


class RoleEnded(Conflict):
    """The role was taken away before."""

    code = "role-ended"
    message = _("This role was ended already.")


class NotAStaffRole(Invalid):
    """Patients and proxies are no members of staff: their rights come from the patient."""

    code = "not-a-staff-role"
    message = _("This role is not given here.")
    field = "role"


class AddressTaken(Conflict):
    """Somebody else has just invited this address."""

    code = "address-taken"
    message = _("This address has just been invited. Look under Users.")
    field = "email"


class AccountClosed(Conflict):
    """The account is there and closed."""

    code = "account-closed"
    message = _("The account of this address is closed. Open it again under Users.")
    field = "email"


constraints.declare("roleassignment_once_at_a_time", RoleHeldAlready)
constraints.declare("roleassignment_account_of_this_clinic", Missing)
constraints.declare("user_email_once_in_a_clinic", AddressTaken)


def invite_user(*, email: str, name: str, actor: Actor) -> User:
    """This clinic's account of an address, made if there is none; its owner sets the password himself.

    Whether another clinic has an account of the address makes no difference and is not told.
    """
    decide(actor, "grant", RoleAssignment)
    clinic = actor.organization_id
    known = User.objects.filter(email=email.strip().lower(), organization_id=clinic).first()
    if known is None:
        with refusals():
            return User.objects.create_user(email, None, name=" ".join(name.split()), organization_id=clinic)
    if not known.is_active:
        raise AccountClosed
    return known


def grant_role(user: User, *, role: Role, facility: Location | None = None, actor: Actor) -> RoleAssignment:
    """Give somebody a role; it counts from the next request."""
    decide(actor, "grant", RoleAssignment)
    if role not in STAFF:
        raise NotAStaffRole
    assignment = RoleAssignment(user=user, role=role, facility=facility)
    with refusals():
        assignment.save(force_insert=True)
    return assignment


def end_role(assignment: RoleAssignment, *, version: int | None, actor: Actor) -> RoleAssignment:
    """Take a role away at once; whoever has none left is signed out everywhere.

    All administrators' rows are locked first, so that the last two cannot end each other.
    """
    decide(actor, "end", assignment)
    assignment.require_version(version)
    if assignment.ended_at is not None:
        raise RoleEnded
    if assignment.role == Role.ADMINISTRATOR:
        require_another_administrator(assignment.user)
    assignment.ended_at = clock.now()
    assignment.save()
    if not RoleAssignment.objects.filter(user_id=assignment.user_id, ended_at=None).exists():
        Session.objects.filter(user_id=assignment.user_id, realm=Session.Realm.STAFF).delete()
    return assignment


def require_another_administrator(user: User) -> None:
    """Refuse to go on if nobody else with an open account could give roles.

    The rows are locked in one order, then counted anew: two administrators cannot end each other.
    """
    held = RoleAssignment.objects.filter(role=Role.ADMINISTRATOR, ended_at=None)
    list(held.order_by("id").select_for_update())
    users = set(held.values_list("user_id", flat=True))
    others = User.objects.filter(pk__in=users - {user.pk}, is_active=True)
    if user.pk in users and not others.exists():
        raise LastAdministrator
