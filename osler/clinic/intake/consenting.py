"""Consents: kept as they were signed, revoked by the patient or at the desk; the words stay to be read."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.intake.errors import ConsentRevoked
from osler.clinic.intake.models import Consent, ConsentForm, Proposal
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.kernel import clock
from osler.kernel.constraints import refusals


def keep_consents(
    proposal: Proposal, patient: Patient, signatures: Mapping[str, Mapping[str, str]], *, relationship: str
) -> list[Consent]:
    """Put what was signed with a registration into the record: edition, signature, instant and sitting."""
    forms = {
        str(form.id): form for form in ConsentForm.objects.filter(pk__in=[UUID(key) for key in signatures])
    }
    kept = []
    for key, one in signatures.items():
        consent = Consent(
            patient=patient,
            organization_id=proposal.organization_id,
            form=forms[key],
            language=proposal.language,
            signer_name=one["name"],
            signer_relationship=relationship,
            signed_at=datetime.fromisoformat(one["at"]),
            session=one["session"],
            proposal_id=proposal.id,
        )
        consent.drawn = one["drawn"]
        with refusals():
            consent.save(force_insert=True)
        kept.append(consent)
    return kept


def revoke_consent(consent: Consent, *, version: int | None, actor: Actor) -> Consent:
    """It holds no more from now on; what was done under it stays done."""
    decide(actor, "revoke", consent)
    consent.require_version(version)
    if consent.status != Consent.Status.ACTIVE:
        raise ConsentRevoked
    consent.status = Consent.Status.INACTIVE
    consent.revoked_at, consent.revoked_by_name = clock.now(), actor.name
    consent.revoked_in_portal = actor.realm == "portal"
    with refusals():
        consent.save()
    return consent


def consents_of(patient: Patient, *, actor: Actor) -> QuerySet[Consent]:
    """What was signed, what holds first."""
    rows = scoped(Consent, actor).filter(patient=patient)
    return rows.select_related("form").order_by("status", "-signed_at", "id")
