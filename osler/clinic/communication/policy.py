"""Who may read and write messages: those who care for the patient, and the patient."""

from osler.clinic.communication.models import (
    Invitation,
    Message,
    NoShowGroup,
    NoShowModel,
    Notice,
    OptOut,
    PatientReply,
    RecallRule,
    RecallStep,
    ReminderLadder,
    ReminderStep,
    Thread,
)
from osler.foundation.access.policy import OWN, TENANT, for_roles, rights
from osler.foundation.access.roles import STAFF, Role

CARE = (Role.NURSE, Role.PHYSICIAN)
DESK = (Role.RECEPTION, *CARE)
PATIENTS = (Role.PATIENT, Role.PROXY)
BOTH = for_roles(TENANT, *CARE) | for_roles(OWN, *PATIENTS)

rights(
    Thread,
    {
        "read": BOTH,
        "open": BOTH,
        "write": BOTH,
        "assign": for_roles(TENANT, *CARE),
        "close": for_roles(TENANT, *CARE),
    },
)
rights(Message, {"read": BOTH})
rights(
    Notice,
    {
        "read": for_roles(TENANT, Role.ADMINISTRATOR, *DESK) | for_roles(OWN, *PATIENTS),
        "remind": for_roles(TENANT, *DESK),
        "settle": for_roles(TENANT, Role.ADMINISTRATOR),
    },
)
rights(
    Invitation,
    {
        "read": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR),
        "invite": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR),
        "withdraw": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR),
    },
)
for plan in (ReminderLadder, ReminderStep, RecallRule):
    rights(plan, {"read": for_roles(TENANT, *STAFF), "plan": for_roles(TENANT, Role.ADMINISTRATOR)})
rights(
    OptOut,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "note": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
    },
)
rights(
    PatientReply,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "give": for_roles(OWN, *PATIENTS),
        "settle": for_roles(TENANT, *DESK),
    },
)
for learnt in (NoShowModel, NoShowGroup):
    rights(
        learnt,
        {
            "read": for_roles(TENANT, Role.ADMINISTRATOR, *DESK),
            "learn": for_roles(TENANT, Role.ADMINISTRATOR),
        },
    )
rights(RecallStep, {"read": for_roles(TENANT, *DESK), "note": for_roles(TENANT, *DESK)})
