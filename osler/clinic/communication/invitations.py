"""The way into the portal: invited at the desk by mail or on paper, accepted with the birth date.

An account is known by its address, so an address that others share could open the wrong chart: one
of staff or of another patient's own account is refused, one noted for others is asked about first.
"""

import hmac
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from osler.clinic.communication.errors import (
    AddressOfAnother,
    AddressOfStaff,
    AddressShared,
    HasAccess,
    InvitationEnded,
    NameOfProxyMissing,
)
from osler.clinic.communication.models import Invitation, Notice
from osler.clinic.communication.notices import PLACE, link_with, site_address, spoken, write_notice
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.grants import account_of, is_staff
from osler.foundation.access.models import PatientGrant
from osler.foundation.access.policy import decide
from osler.foundation.accounts.links import named_in, seal_of, written
from osler.foundation.accounts.models import User
from osler.foundation.audit.context import acting
from osler.foundation.jobs.outbox import SystemActor
from osler.kernel import clock
from osler.kernel.constraints import refusals

LASTS = timedelta(days=7)
MOST_TRIES = 5
SELF = PatientGrant.Relationship.SELF
KIND = "portal-invitation"
NO_MAIL = "portal.invalid"
"""Whoever has no mail signs in with a name below this domain, which no mail can ever reach."""


def invite_patient(
    patient: Patient,
    *,
    relationship: str = SELF,
    name: str = "",
    email: str = "",
    is_own_address: bool = False,
    actor: Actor,
) -> Invitation:
    """Invite the patient, or somebody who acts for him, by mail; without an address, by a slip."""
    invitation = Invitation(
        patient=patient,
        organization_id=patient.organization_id,
        relationship=relationship,
        name=str(patient) if relationship == SELF else " ".join(name.split()),
        email=email.strip().lower(),
        expires_at=clock.now() + LASTS,
    )
    decide(actor, "invite", invitation)
    if not invitation.name:
        raise NameOfProxyMissing
    if relationship == SELF and _held(patient).filter(relationship=SELF).exists():
        raise HasAccess
    if invitation.email:
        _require_fit_address(invitation)
        if relationship == SELF and not is_own_address and _is_shared(invitation):
            raise AddressShared
    for older in _open(patient).filter(relationship=relationship, email=invitation.email):
        older.ended_at = clock.now()
        older.save()
    invitation.save()
    if invitation.email:
        _mail(invitation)
    return invitation


def withdraw_invitation(invitation: Invitation, *, version: int | None, actor: Actor) -> Invitation:
    """The link works no more."""
    decide(actor, "withdraw", invitation)
    invitation.require_version(version)
    require_open(invitation)
    invitation.ended_at = clock.now()
    invitation.save()
    return invitation


def accept_invitation(
    invitation: Invitation, *, birth_date: date | None, user: User | None = None, password: str = ""
) -> PatientGrant | None:
    """Let the person in: with the account that is signed in, or a new one with this password.

    None if the birth date is not the patient's: that counts, and after five the link works no more.
    """
    row = Invitation.objects.select_for_update().select_related("patient").get(pk=invitation.pk)
    require_open(row)
    patient = row.patient
    if birth_date is None or birth_date != patient.birth_date:
        row.tries += 1
        row.save()
        return None
    if user is None:
        if account_to_use(row) is not None:
            raise AddressOfAnother
        address, clinic = sign_in_name(row), row.organization_id
        user = User.objects.create_user(address, password, name=row.name, organization_id=clinic)
    else:
        _require_fit_account(row, user)
    grant = PatientGrant(
        user=user,
        organization_id=row.organization_id,
        patient_id=patient.id,
        patient_name=str(patient),
        relationship=row.relationship,
    )
    with refusals():
        grant.save()
    row.accepted_at = clock.now()
    row.save()
    return grant


def require_open(invitation: Invitation) -> None:
    """Refuse what was used, withdrawn, tried too often or is too old."""
    is_over = invitation.accepted_at or invitation.ended_at or invitation.tries >= MOST_TRIES
    if is_over or invitation.expires_at <= clock.now():
        raise InvitationEnded


def open_invitations(patient: Patient) -> list[Invitation]:
    """Those whose link works now."""
    return list(
        _open(patient).filter(expires_at__gt=clock.now(), tries__lt=MOST_TRIES).order_by("created_at")
    )


def sign_in_name(invitation: Invitation) -> str:
    """What the new account signs in with: the address, or a name of our making."""
    return invitation.email or f"{invitation.patient.mrn}-{invitation.id.hex[-4:]}@{NO_MAIL}".lower()


def account_to_use(invitation: Invitation) -> User | None:
    """The account that has the invitation's address already: whoever accepts signs in to it first."""
    return account_of(sign_in_name(invitation), invitation.organization_id)


def link_of(invitation: Invitation) -> str:
    """The address that opens the invitation."""
    place = invitation.organization_id, invitation.id
    return f"{site_address()}/portal/invitation/{written(*place, _seal(*place))}/"


def invitation_of(token: str) -> tuple[UUID, UUID] | None:
    """The clinic and the invitation of a link, if we have made it."""
    named = named_in(token, length=32)
    if named is None or not hmac.compare_digest(_seal(named.organization_id, named.key), named.proof):
        return None
    return named.organization_id, named.key


def _link_in(notice: Notice) -> str:
    with acting(SystemActor(notice.organization_id), reason="send_notices"):
        invitation = Invitation.objects.get(pk=UUID(notice.effect_key.partition(":")[2]))
    return link_of(invitation)


link_with(KIND, _link_in)


def _seal(organization_id: UUID, invitation_id: UUID) -> bytes:
    return seal_of(b"portal invitation ", organization_id.bytes, invitation_id.bytes)


def _held(patient: Patient) -> QuerySet[PatientGrant]:
    return PatientGrant.objects.filter(patient_id=patient.id, ended_at=None)


def _open(patient: Patient) -> QuerySet[Invitation]:
    return Invitation.objects.filter(patient=patient, accepted_at=None, ended_at=None)


def _require_fit_address(invitation: Invitation) -> None:
    account = account_of(invitation.email, invitation.organization_id)
    if account is not None:
        _require_fit_account(invitation, account)


def _require_fit_account(invitation: Invitation, user: User) -> None:
    """No account of staff, none that is another patient's own; not twice."""
    if is_staff(user):
        raise AddressOfStaff
    held = PatientGrant.objects.filter(user=user, ended_at=None)
    if held.filter(patient_id=invitation.patient_id).exists():
        raise HasAccess
    if invitation.relationship == SELF:  # only the account of the very address that was invited
        is_anothers = held.filter(relationship=SELF).exists()
        if is_anothers or user.email != invitation.email:
            raise AddressOfAnother


def _is_shared(invitation: Invitation) -> bool:
    others = Patient.objects.filter(email__iexact=invitation.email).exclude(pk=invitation.patient_id)
    return others.exists()


def _mail(invitation: Invitation) -> None:
    patient = invitation.patient
    with translation.override(spoken(patient.language)):
        how = _("Open this address once to set a password. It works for seven days:")
        lines = [how, PLACE, _("If you did not expect this, please throw it away.")]
    write_notice(
        KIND, str(invitation.id), to=invitation.email, language=patient.language, lines=lines, patient=patient
    )
