"""A patient's wish to change identity or insurance: asked in the portal, decided at the desk."""

from collections.abc import Mapping
from typing import Any

from osler.clinic.intake.errors import NothingProposed
from osler.clinic.intake.events import ProposalSubmitted
from osler.clinic.intake.models import Proposal, ProposalContent
from osler.clinic.patients.errors import NotAmendable
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import move

IDENTITY = ("given", "family", "suffix", "name_used", "birth_date", "gender", "pronouns")
INSURANCE = ("payer", "member_id", "group_number", "plan_name", "subscriber_name", "relationship")


def propose_change(
    patient: Patient, *, person: Mapping[str, Any], coverage: Mapping[str, str], actor: Actor
) -> Proposal:
    """Ask the clinic to change this; what is as the record has it is left out, and nothing at all refused.

    One wish waits at a time: `ChangeWaits` until it is decided or taken back.
    """
    unknown = sorted(set(person) - set(IDENTITY)) + sorted(set(coverage) - set(INSURANCE))
    if unknown:
        raise NotAmendable(field=unknown[0])
    proposal = Proposal(
        kind=Proposal.Kind.CHANGE,
        patient=patient,
        organization_id=patient.organization_id,
        language=patient.language,
        submitted_at=clock.now(),
    )
    decide(actor, "propose", proposal)
    answers = {f"Patient.{name}": value for name, value in person.items() if value != getattr(patient, name)}
    if coverage.get("payer"):
        answers |= {f"Coverage.{name}": value for name, value in coverage.items() if value}
    if not answers:
        raise NothingProposed
    with refusals():
        proposal.save(force_insert=True)
        content = ProposalContent(
            proposal=proposal, subject_id=patient.id, organization_id=patient.organization_id
        )
        content.write({"answers": answers, "signatures": {}, "by": actor.name})
        content.save(force_insert=True)
        move(proposal, Proposal.Status.PROPOSED, transitions=Proposal.TRANSITIONS)
        proposal.save()
    announce(ProposalSubmitted(proposal.id))
    return proposal


def withdraw_change(proposal: Proposal, *, version: int | None, actor: Actor) -> Proposal:
    """The patient takes the wish back."""
    decide(actor, "withdraw", proposal)
    proposal.require_version(version)
    move(proposal, Proposal.Status.WITHDRAWN, transitions=Proposal.TRANSITIONS)
    proposal.decided_at = clock.now()
    proposal.save()
    return proposal


def latest_change(patient: Patient, *, actor: Actor) -> Proposal | None:
    """The last wish of a patient, whatever became of it."""
    own = scoped(Proposal, actor).filter(patient=patient, kind=Proposal.Kind.CHANGE)
    return own.order_by("-submitted_at", "-id").first()
