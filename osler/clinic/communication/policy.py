"""Who may read and write messages: those who care for the patient, and the patient."""

from osler.clinic.communication.models import Invitation, Message, Notice, Thread
from osler.foundation.access.policy import OWN, TENANT, for_roles, rights
from osler.foundation.access.roles import Role

CARE = (Role.NURSE, Role.PHYSICIAN)
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
        "read": for_roles(TENANT, Role.ADMINISTRATOR) | for_roles(OWN, *PATIENTS),
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
