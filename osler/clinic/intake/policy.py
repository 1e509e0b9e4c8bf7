"""Who may do what with what people say before they come."""

from osler.clinic.intake.models import (
    CardPhoto,
    CardReading,
    Consent,
    ConsentForm,
    Proposal,
    Questionnaire,
    QuestionnaireItem,
    QuestionnaireResponse,
)
from osler.foundation.access.policy import BY_USER, OWN, TENANT, for_roles, rights
from osler.foundation.access.roles import STAFF, Role

CARE = (Role.NURSE, Role.PHYSICIAN)
PATIENTS = (Role.PATIENT, Role.PROXY)
DESK = (Role.RECEPTION,)
WORDS = {
    "read": for_roles(TENANT, *STAFF, *PATIENTS),
    "amend": for_roles(TENANT, Role.ADMINISTRATOR),
}

rights(Questionnaire, WORDS)
rights(QuestionnaireItem, WORDS)
rights(ConsentForm, WORDS)
rights(
    Proposal,
    {
        "read": for_roles(TENANT, *DESK) | for_roles(OWN, *PATIENTS),
        "decide": for_roles(TENANT, *DESK),
        "propose": for_roles(OWN, *PATIENTS),
        "withdraw": for_roles(OWN, *PATIENTS),
    },
)
rights(
    QuestionnaireResponse,
    {
        "read": for_roles(TENANT, *CARE) | for_roles(OWN, *PATIENTS),
        "review": for_roles(TENANT, *CARE),
    },
)
rights(
    Consent,
    {
        "read": for_roles(TENANT, *DESK, *CARE, Role.PRIVACY) | for_roles(OWN, *PATIENTS),
        "revoke": for_roles(TENANT, *DESK, Role.PRIVACY) | for_roles(OWN, *PATIENTS),
    },
)
rights(CardPhoto, {"read": for_roles(TENANT, *DESK, Role.BILLING)})
# What somebody has laid before the reader is for his own eyes.
rights(
    CardReading,
    {
        "read": for_roles(BY_USER, *DESK, Role.NURSE, Role.BILLING),
        "ask": for_roles(BY_USER, *DESK, Role.NURSE, Role.BILLING),
    },
)
