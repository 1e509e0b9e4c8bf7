"""Who may do what with appointments and calendars."""

from osler.clinic.scheduling.models import (
    Absence,
    Appointment,
    CalendarFeed,
    FreedTime,
    Need,
    Pool,
    PoolMember,
    Queue,
    QueueEntry,
    QueueMember,
    QueueScreen,
    Reservation,
    Schedule,
    Series,
    WaitlistEntry,
    WaitlistOffer,
    WeeklyHours,
)
from osler.foundation.access.policy import OWN, TENANT, Scope, for_roles, rights
from osler.foundation.access.roles import STAFF, Role

CARE = (Role.NURSE, Role.PHYSICIAN)
DESK = (Role.RECEPTION, *CARE)
PATIENTS = (Role.PATIENT, Role.PROXY)

rights(
    Appointment,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "request": for_roles(TENANT, Role.RECEPTION) | for_roles(OWN, *PATIENTS),
        "answer": for_roles(TENANT, *DESK),
        "book": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "overbook": for_roles(TENANT, Role.RECEPTION, Role.PHYSICIAN),
        "move": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "note": for_roles(TENANT, *DESK),
        "cancel": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "confirm": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "reinstate": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "check-in": for_roles(TENANT, *DESK),
        "room": for_roles(TENANT, *CARE),
        "treat": for_roles(TENANT, *CARE),
        "miss": for_roles(TENANT, *DESK),
    },
)

rights(
    Series,
    {"read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS), "book": for_roles(TENANT, *DESK)},
)

# Patients see free time alone (availability), never who is on leave and why.
for calendar in (Schedule, WeeklyHours, Absence, Pool, PoolMember, Need, Queue, QueueMember, QueueScreen):
    rights(
        calendar,
        {"read": for_roles(TENANT, *STAFF), "plan": for_roles(TENANT, Role.ADMINISTRATOR)},
    )
HIS = Scope("practitioner_id", "practitioner_id")
rights(CalendarFeed, {"read": for_roles(HIS, *CARE), "open": for_roles(HIS, *CARE)})
rights(
    QueueEntry,
    {
        "read": for_roles(TENANT, *DESK, Role.LAB),
        "call": for_roles(TENANT, *CARE, Role.LAB),
        "prioritize": for_roles(TENANT, *DESK),
    },
)
rights(Reservation, {"read": for_roles(TENANT, *STAFF)})

# Patients put themselves on the list, never before others.
rights(
    WaitlistEntry,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "join": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "rank": for_roles(TENANT, *DESK),
        "leave": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
    },
)
rights(
    WaitlistOffer,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "offer": for_roles(TENANT, *DESK),
        "answer": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
    },
)
rights(FreedTime, {"read": for_roles(TENANT, *STAFF)})
