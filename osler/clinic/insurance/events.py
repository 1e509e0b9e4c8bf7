"""News of insurances."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class EligibilityAsked:
    """A question for an insurer waits to be sent."""

    check_id: UUID
    organization_id: UUID
