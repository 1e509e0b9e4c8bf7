"""Who may do what with patients: staff see who they are, each role changes what its work needs."""

from osler.clinic.patients.models import (
    DeskField,
    DeskPage,
    DeskSection,
    FamilyMember,
    Flag,
    IdentifierType,
    ImportRow,
    MatchDue,
    MatchPair,
    MatchWeight,
    OwnField,
    OwnValue,
    Patient,
    PatientIdentifier,
    PatientImport,
    PatientLink,
    PatientPhoto,
    RelatedPerson,
    SearchToken,
)
from osler.foundation.access.policy import ITSELF, OWN, TENANT, Scope, for_roles, rights
from osler.foundation.access.roles import STAFF, Role

DESK = (Role.RECEPTION, Role.NURSE)
CARE = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)
DECIDE_PAIRS = (Role.RECEPTION, Role.ADMINISTRATOR)
PATIENTS = (Role.PATIENT, Role.PROXY)
OVERSIGHT = (Role.ADMINISTRATOR, Role.PRIVACY)
PROPOSED = Scope("proposed_by_id", "user_id")

rights(
    Patient,
    {
        "read": for_roles(TENANT, *STAFF) | for_roles(ITSELF, *PATIENTS),
        "register": for_roles(TENANT, *DESK),
        "amend": for_roles(TENANT, *DESK),
        "amend-contact": for_roles(TENANT, *DESK, Role.BILLING) | for_roles(ITSELF, *PATIENTS),
        "export": for_roles(TENANT, Role.RECEPTION, Role.PRIVACY),
    },
)
rights(
    PatientIdentifier,
    {
        "read": for_roles(TENANT, *STAFF) | for_roles(OWN, *PATIENTS),
        "amend": for_roles(TENANT, *DESK),
    },
)
SETTINGS = {
    "read": for_roles(TENANT, *STAFF, *PATIENTS),
    "amend": for_roles(TENANT, Role.ADMINISTRATOR),
}
rights(IdentifierType, SETTINGS)
rights(DeskPage, SETTINGS)
rights(DeskSection, SETTINGS)
rights(DeskField, SETTINGS)
rights(OwnField, SETTINGS)
rights(OwnValue, {"read": for_roles(TENANT, *STAFF) | for_roles(OWN, *PATIENTS)})
rights(
    RelatedPerson,
    {
        "read": for_roles(TENANT, *CARE, Role.BILLING) | for_roles(OWN, *PATIENTS),
        "amend": for_roles(TENANT, *DESK),
    },
)
rights(
    FamilyMember,
    {
        "read": for_roles(TENANT, *CARE, Role.BILLING),
        "amend": for_roles(TENANT, *DESK),
    },
)
# Whoever meets the patient knows the face; the desk, who asks for an identity card, takes the picture.
rights(
    PatientPhoto,
    {
        "read": for_roles(TENANT, *STAFF) | for_roles(OWN, *PATIENTS),
        "take": for_roles(TENANT, *DESK),
    },
)
# Alerts may be clinical: seen by those who meet the patient, never by billing or administration.
rights(
    Flag,
    {
        "read": for_roles(TENANT, *CARE, Role.LAB),
        "raise": for_roles(TENANT, *CARE),
        "lower": for_roles(TENANT, *CARE),
    },
)
# Whoever meets the patient sees that two charts are one person's; those who answer for identity decide.
rights(
    PatientLink,
    {
        "read": for_roles(TENANT, *STAFF),
        "propose": for_roles(TENANT, *CARE, *OVERSIGHT),
        "withdraw": for_roles(PROPOSED, *CARE, *OVERSIGHT),
        "merge": for_roles(TENANT, *OVERSIGHT),
        "undo": for_roles(TENANT, *OVERSIGHT),
        "reconcile": for_roles(TENANT, Role.NURSE, Role.PHYSICIAN),
    },
)
rights(SearchToken, {"read": for_roles(TENANT, *STAFF)})
rights(
    MatchPair,
    {
        "read": for_roles(TENANT, *DECIDE_PAIRS),
        "decide": for_roles(TENANT, *DECIDE_PAIRS),
        "sweep": for_roles(TENANT, Role.ADMINISTRATOR),
    },
)
rights(MatchDue, {"read": for_roles(TENANT, Role.ADMINISTRATOR)})
rights(
    MatchWeight,
    {"read": for_roles(TENANT, *STAFF), "learn": for_roles(TENANT, Role.ADMINISTRATOR)},
)
# A whole practice at once, and the decisions that it leaves: those who answer for who is who.
rights(
    PatientImport,
    {
        "read": for_roles(TENANT, *DECIDE_PAIRS),
        "prepare": for_roles(TENANT, *DECIDE_PAIRS),
        "run": for_roles(TENANT, *DECIDE_PAIRS),
    },
)
rights(
    ImportRow,
    {"read": for_roles(TENANT, *DECIDE_PAIRS), "decide": for_roles(TENANT, *DECIDE_PAIRS)},
)
