"""Schedule, WeeklyHours, Absence; Pool, PoolMember, Need; Appointment, Reservation; Queue, QueueMember,
QueueEntry, QueueScreen."""

from osler.clinic.scheduling.models.appointments import Appointment, Reservation
from osler.clinic.scheduling.models.calendars import Absence, Schedule, WeeklyHours
from osler.clinic.scheduling.models.pools import Need, Pool, PoolMember
from osler.clinic.scheduling.models.queues import Queue, QueueEntry, QueueMember, QueueScreen

__all__ = [
    "Absence",
    "Appointment",
    "Need",
    "Pool",
    "PoolMember",
    "Queue",
    "QueueEntry",
    "QueueMember",
    "QueueScreen",
    "Reservation",
    "Schedule",
    "WeeklyHours",
]
