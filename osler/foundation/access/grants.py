"""Who may act for a patient in the portal: ended at once, given back while nothing stands against it.

How somebody gets in is told one floor higher, where patients are known (`communication.invitations`).
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from osler.foundation.access.actors import Actor
from osler.foundation.access.models import PatientGrant, RoleAssignment
from osler.foundation.access.policy import decide, scoped
from osler.foundation.access.roles import PORTAL
from osler.foundation.accounts.models import Session, User
from osler.kernel import clock, constraints
from osler.kernel.constraints import refusals
from osler.kernel.errors import Conflict


class GrantEnded(Conflict):
    """The access was ended before."""

    code = "grant-ended"
    message = _("This access was ended already.")


class GrantHeldAlready(Conflict):
    """The person may act for this patient already."""

    code = "grant-held-already"
    message = _("This person has access already.")


class PatientHasAccess(Conflict):
    """One account at most is the patient's own."""

    code = "patient-has-access"
    message = _("There is an account already that is the patient's own. End it first.")


class OwnAccess(Conflict):
    """Nobody shuts himself out."""

    code = "own-access"
    message = _("This is your own access. To close it, please ask the desk.")


constraints.declare("patientgrant_once_at_a_time", GrantHeldAlready)
constraints.declare("patientgrant_one_self_each_patient", PatientHasAccess)


def end_grant(grant: PatientGrant, *, version: int | None, actor: Actor) -> PatientGrant:
    """Take somebody's access to a patient away at once; who has none left is signed out everywhere."""
    decide(actor, "end", grant)
    grant.require_version(version)
    if grant.ended_at is not None:
        raise GrantEnded
    if actor.has_role(*PORTAL) and grant.user_id == actor.user_id:
        raise OwnAccess
    grant.ended_at = clock.now()
    grant.save()
    if (
        not actor.has_role(*PORTAL)
        and not PatientGrant.objects.filter(user_id=grant.user_id, ended_at=None).exists()
    ):
        Session.objects.filter(user_id=grant.user_id, realm=Session.Realm.PORTAL).delete()
    return grant


def restore_grant(grant: PatientGrant, *, version: int | None, actor: Actor) -> PatientGrant:
    """Undo an end."""
    decide(actor, "restore", grant)
    grant.require_version(version)
    if grant.ended_at is None:
        raise GrantHeldAlready
    grant.ended_at = None
    with refusals():
        grant.save()
    return grant


def grants_of(patient_id: UUID, *, actor: Actor) -> list[PatientGrant]:
    """Who may act for a patient now, the patient first."""
    held = scoped(PatientGrant, actor).filter(patient_id=patient_id, ended_at=None)
    return sorted(held.select_related("user"), key=lambda one: (one.relationship != "self", one.user.name))


def account_of(email: str, organization_id: UUID) -> User | None:
    """The clinic's account of an address: somebody of the staff, a patient or a proxy."""
    return User.objects.filter(email=email.strip().lower(), organization_id=organization_id).first()


def is_staff(user: User) -> bool:
    """Whether the account belongs to somebody who works here, or did."""
    return RoleAssignment.objects.filter(user_id=user.pk).exists()
