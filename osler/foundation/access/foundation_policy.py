"""Who may do what with the foundation's own tables: the directory, roles, grants.

They stand below the roles and so cannot say it themselves.
"""

from osler.foundation.access.models import PatientGrant, RoleAssignment
from osler.foundation.access.policy import OWN, TENANT, Scope, for_roles, rights
from osler.foundation.access.roles import PORTAL, STAFF, Role
from osler.foundation.accounts.models import ApiToken, User
from osler.foundation.directory.models import (
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
)

for _model in (Organization, Location, Practitioner, PractitionerRole, HealthcareService):
    rights(
        _model,
        {
            "read": for_roles(TENANT, *STAFF, *PORTAL),
            "edit": for_roles(TENANT, Role.ADMINISTRATOR),
        },
    )
rights(
    RoleAssignment,
    {
        "read": for_roles(TENANT, Role.ADMINISTRATOR, Role.PRIVACY),
        "grant": for_roles(TENANT, Role.ADMINISTRATOR),
        "end": for_roles(TENANT, Role.ADMINISTRATOR),
    },
)
rights(
    PatientGrant,
    {
        "read": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR, Role.PRIVACY) | for_roles(OWN, *PORTAL),
        "end": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR, Role.PRIVACY)
        | for_roles(OWN, Role.PATIENT),
        "restore": for_roles(TENANT, Role.RECEPTION, Role.ADMINISTRATOR) | for_roles(OWN, Role.PATIENT),
    },
)
rights(
    User,
    {
        "close": for_roles(TENANT, Role.ADMINISTRATOR),
        "reset": for_roles(TENANT, Role.ADMINISTRATOR),
    },
)
_ITS_CLINIC = Scope("user__organization_id", "organization_id")
rights(
    ApiToken,
    {
        "read": for_roles(_ITS_CLINIC, Role.ADMINISTRATOR),
        "revoke": for_roles(_ITS_CLINIC, Role.ADMINISTRATOR),
    },
)
