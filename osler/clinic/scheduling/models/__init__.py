"""Schedule, WeeklyHours, Absence; Pool, PoolMember, Need; Appointment, Reservation."""

from osler.clinic.scheduling.models.appointments import Appointment, Reservation
from osler.clinic.scheduling.models.calendars import Absence, Schedule, WeeklyHours
from osler.clinic.scheduling.models.pools import Need, Pool, PoolMember

__all__ = [
    "Absence",
    "Appointment",
    "Need",
    "Pool",
    "PoolMember",
    "Reservation",
    "Schedule",
    "WeeklyHours",
]
