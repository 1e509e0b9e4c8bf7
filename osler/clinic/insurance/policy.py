"""Who may do what with insurance."""

from osler.clinic.insurance.models import Coverage, EligibilityCheck, InsurancePlan, Payer
from osler.foundation.access.policy import OWN, TENANT, for_roles, rights
from osler.foundation.access.roles import STAFF, Role

DESK = (Role.RECEPTION, Role.BILLING)
CARE = (Role.NURSE, Role.PHYSICIAN)
PATIENTS = (Role.PATIENT, Role.PROXY)

rights(
    Payer,
    {
        "read": for_roles(TENANT, *STAFF, *PATIENTS),
        "add": for_roles(TENANT, *DESK, Role.ADMINISTRATOR),
        "amend": for_roles(TENANT, Role.BILLING, Role.ADMINISTRATOR),
    },
)
rights(
    Coverage,
    {
        "read": for_roles(TENANT, *DESK, *CARE) | for_roles(OWN, *PATIENTS),
        "add": for_roles(TENANT, *DESK),
        "amend": for_roles(TENANT, *DESK),
        "end": for_roles(TENANT, *DESK),
    },
)
rights(
    InsurancePlan,
    {
        "read": for_roles(TENANT, *STAFF, *PATIENTS),
        "add": for_roles(TENANT, Role.BILLING, Role.ADMINISTRATOR),
        "amend": for_roles(TENANT, Role.BILLING, Role.ADMINISTRATOR),
    },
)
# What the insurer answered is for those who act on it; patients see their cards.
rights(
    EligibilityCheck,
    {
        "read": for_roles(TENANT, *DESK, *CARE),
        "ask": for_roles(TENANT, *DESK, Role.NURSE),
    },
)
