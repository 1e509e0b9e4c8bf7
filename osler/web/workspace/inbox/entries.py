"""One line of the inbox, whatever it is about."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class InboxEntry:
    """One line of the list: what it is, whose, how urgent, and the page that opens it.

    `rank` 0 comes first (critical), then 1 (abnormal, urgent), then 2; within a rank by age.
    """

    id: UUID
    patient_id: UUID
    title: str
    who: str
    what: str
    at: datetime | None
    url: str
    rank: int = 2
    flag: str = ""
