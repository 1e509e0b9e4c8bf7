"""Calendars, pools, appointments, holds, series, feeds, queues, the waiting list."""

from osler.clinic.scheduling.models.appointments import Appointment, Reservation
from osler.clinic.scheduling.models.calendars import Absence, Schedule, WeeklyHours
from osler.clinic.scheduling.models.feeds import CalendarFeed
from osler.clinic.scheduling.models.pools import Need, Pool, PoolMember
from osler.clinic.scheduling.models.queues import Queue, QueueEntry, QueueMember, QueueScreen
from osler.clinic.scheduling.models.series import Series
from osler.clinic.scheduling.models.slot_holds import SlotHold
from osler.clinic.scheduling.models.waiting import FreedTime, WaitlistEntry, WaitlistOffer

__all__ = [
    "Absence",
    "Appointment",
    "CalendarFeed",
    "FreedTime",
    "Need",
    "Pool",
    "PoolMember",
    "Queue",
    "QueueEntry",
    "QueueMember",
    "QueueScreen",
    "Reservation",
    "Schedule",
    "Series",
    "SlotHold",
    "WaitlistEntry",
    "WaitlistOffer",
    "WeeklyHours",
]
