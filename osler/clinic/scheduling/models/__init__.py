"""Schedule, WeeklyHours, Absence; Pool, PoolMember, Need; Appointment, Reservation; WaitlistEntry, FreedTime,
WaitlistOffer."""

from osler.clinic.scheduling.models.appointments import Appointment, Reservation
from osler.clinic.scheduling.models.calendars import Absence, Schedule, WeeklyHours
from osler.clinic.scheduling.models.pools import Need, Pool, PoolMember
from osler.clinic.scheduling.models.waiting import FreedTime, WaitlistEntry, WaitlistOffer

__all__ = [
    "Absence",
    "Appointment",
    "FreedTime",
    "Need",
    "Pool",
    "PoolMember",
    "Reservation",
    "Schedule",
    "WaitlistEntry",
    "WaitlistOffer",
    "WeeklyHours",
]
