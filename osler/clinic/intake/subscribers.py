"""What follows when somebody registers, and when the clinic has decided."""

from osler.clinic.communication.notices import queue_notice
from osler.clinic.intake.codes import send_code
from osler.clinic.intake.events import (
    CodeAskedFor,
    LinkAskedFor,
    ProposalAccepted,
    ProposalRejected,
    ProposalSubmitted,
)
from osler.clinic.intake.mails import LINK, link_lines, next_lines, tell_registrant
from osler.clinic.intake.models import Proposal
from osler.clinic.scheduling.models import SlotHold
from osler.foundation.jobs.outbox import subscribe


@subscribe(LinkAskedFor)
def send_link(event: LinkAskedFor) -> None:
    """The link itself is made when the mail is sent."""
    proposal = _proposal(event)
    if proposal is not None and proposal.link_number == event.number:
        tell_registrant(proposal, LINK, occasion=f"{proposal.id}:{event.number}", lines=link_lines(proposal))


@subscribe(CodeAskedFor)
def send_code_of(event: CodeAskedFor) -> None:
    """Only the newest: an older code proves nothing."""
    held = SlotHold.objects.filter(pk=event.hold_id, code_number=event.number).first()
    if held is not None:
        send_code(held)


@subscribe(ProposalSubmitted)
def tell_of_arrival(event: ProposalSubmitted) -> None:
    """That it has arrived, and what comes next. A change in the portal is seen there."""
    proposal = _proposal(event)
    if proposal is not None and proposal.is_registration:
        tell_registrant(
            proposal, "registration-received", occasion=str(proposal.id), lines=next_lines(proposal)
        )


@subscribe(ProposalAccepted)
def tell_of_acceptance(event: ProposalAccepted) -> None:
    proposal = _proposal(event)
    if proposal is None:
        return
    if proposal.is_registration:
        tell_registrant(
            proposal, "registration-accepted", occasion=str(proposal.id), lines=next_lines(proposal)
        )
    elif proposal.patient is not None:
        queue_notice(proposal.patient, kind="change-decided", occasion=str(proposal.id))


@subscribe(ProposalRejected)
def tell_of_rejection(event: ProposalRejected) -> None:
    """Rejecting can be taken back and done again: each time is an occasion of its own."""
    proposal = _proposal(event)
    if proposal is None or proposal.status != Proposal.Status.REJECTED:
        return
    occasion = f"{proposal.id}:{proposal.version}"
    if proposal.is_registration:
        tell_registrant(proposal, "registration-rejected", occasion=occasion)
    elif proposal.patient is not None:
        queue_notice(proposal.patient, kind="change-decided", occasion=occasion)


def _proposal(
    event: LinkAskedFor | ProposalSubmitted | ProposalAccepted | ProposalRejected,
) -> Proposal | None:
    rows = Proposal.objects.select_related("questionnaire", "content", "patient")
    return rows.filter(pk=event.proposal_id).first()
