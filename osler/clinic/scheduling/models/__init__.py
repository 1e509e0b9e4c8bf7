"""Schedule, WeeklyHours, Absence; Pool, PoolMember, Need; Appointment, Reservation; Series."""

from osler.clinic.scheduling.models.appointments import Appointment, Reservation
from osler.clinic.scheduling.models.calendars import Absence, Schedule, WeeklyHours
from osler.clinic.scheduling.models.pools import Need, Pool, PoolMember
from osler.clinic.scheduling.models.series import Series

__all__ = [
    "Absence",
    "Appointment",
    "Need",
    "Pool",
    "PoolMember",
    "Reservation",
    "Schedule",
    "Series",
    "WeeklyHours",
]
