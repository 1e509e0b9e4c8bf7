"""The simulated clinic's book: times of clinicians, and visits that have them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from osler.clinic.communication.missing.features import Facts
from osler.clinic.scheduling.calendars.availability import Slot
from osler.clinic.scheduling.models import WaitlistEntry
from tools.clinic_year.people import Fate, Person

LENGTH = timedelta(minutes=30)


@dataclass(eq=False)
class Visit:
    """A visit of the simulated clinic."""

    number: int
    person: Person
    slot: "Place"
    booked_at: datetime
    fate: Fate = Fate.OPEN
    is_reminded: bool = False
    is_confirmed: bool = False
    has_one_more: bool = False
    is_beside: bool = False
    entry: WaitlistEntry | None = None
    facts: Facts | None = None
    luck: float = 0.0


@dataclass(eq=False)
class Place:
    """A time of a clinician, and who has it."""

    clinician: UUID
    start: datetime
    visit: Visit | None = None
    beside: Visit | None = None
    freed_at: datetime | None = None
    offered: set[UUID] = field(default_factory=set)

    @property
    def slot(self) -> Slot:
        return Slot(self.clinician, None, self.start, self.start + LENGTH, "UTC")
