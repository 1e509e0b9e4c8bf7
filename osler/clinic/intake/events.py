"""What registering people announce."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class LinkAskedFor:
    """Somebody wants to go on later, by a link in a mail."""

    proposal_id: UUID
    number: int


@dataclass(frozen=True)
class CodeAskedFor:
    """A visitor of the public page has said who he is: a code is to prove his address."""

    hold_id: UUID
    number: int


@dataclass(frozen=True)
class ProposalSubmitted:
    """A registration waits for the clinic."""

    proposal_id: UUID


@dataclass(frozen=True)
class ProposalAccepted:
    """What was proposed is in the record of this patient."""

    proposal_id: UUID
    patient_id: UUID


@dataclass(frozen=True)
class ProposalRejected:
    """The clinic did not take it over."""

    proposal_id: UUID
