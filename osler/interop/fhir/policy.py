"""Who may do what with resources that no table of the clinic holds."""

from dataclasses import dataclass

from django.db.models import Model, Q

from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import OWN, TENANT, Scope, declared_rights, for_roles, rights
from osler.foundation.access.roles import STAFF, Role
from osler.foundation.directory.models import (
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
)
from osler.interop.fhir.compartments import compartment_paths
from osler.interop.fhir.models import StoredResource
from osler.interop.fhir.validation.schema import resource_types

CLINICIANS = (Role.NURSE, Role.PHYSICIAN)
PATIENTS = (Role.PATIENT, Role.PROXY)
FINANCIAL = frozenset(
    "Account ChargeItem Claim ClaimResponse Coverage CoverageEligibilityRequest"
    " CoverageEligibilityResponse ExplanationOfBenefit Invoice PaymentNotice PaymentReconciliation".split()
)
GENERAL = frozenset(name for name in resource_types() if not compartment_paths(name)) - {
    "Binary",
    "Bundle",
    "Parameters",
    "Basic",
}
"""Types that are about no patient: medications, questionnaires, value sets."""


@dataclass(frozen=True)
class Kinds(Scope):
    """Rows of some types only."""

    types: frozenset[str] = frozenset()

    def q(self, actor: Actor) -> Q:
        return super().q(actor) & Q(resource_type__in=sorted(self.types))

    def holds(self, actor: Actor, row: Model) -> bool:
        return super().holds(actor, row) and row.resource_type in self.types  # type: ignore[attr-defined]


BILLED = Kinds("organization_id", "organization_id", FINANCIAL | GENERAL)
KNOWN_TO_ALL = Kinds("organization_id", "organization_id", GENERAL)
OTHERS = STAFF - set(CLINICIANS) - {Role.BILLING}

rights(
    StoredResource,
    {
        "read": for_roles(TENANT, *CLINICIANS)
        | for_roles(BILLED, Role.BILLING)
        | for_roles(KNOWN_TO_ALL, *OTHERS)
        | for_roles(OWN, *PATIENTS),
        "create": for_roles(TENANT, *CLINICIANS) | for_roles(BILLED, Role.BILLING),
        "update": for_roles(TENANT, *CLINICIANS) | for_roles(BILLED, Role.BILLING),
        # Whole records from elsewhere, of all types: what “osler import” does, through the door.
        "import": for_roles(TENANT, Role.ADMINISTRATOR),
    },
)

# The directory stands below the roles; where no app above has said who may, everybody reads it.
for _model in (Organization, Location, Practitioner, PractitionerRole, HealthcareService):
    if _model not in declared_rights():
        rights(
            _model,
            {
                "read": for_roles(TENANT, *STAFF, *PATIENTS),
                "edit": for_roles(TENANT, Role.ADMINISTRATOR),
            },
        )
