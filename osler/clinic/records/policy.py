"""Who may do what in the record: one table for each model (minimum necessary)."""

from dataclasses import dataclass, field

from django.db.models import Model, Q

from osler.clinic.records.models import (
    AllergyIntolerance,
    CarePlan,
    ClinicalNote,
    Condition,
    DiagnosticReport,
    Encounter,
    Immunization,
    MedicationRequest,
    MedicationStatement,
    Observation,
    ObservationComponent,
    Procedure,
    ServiceRequest,
)
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import OWN, TENANT, Rights, Scope, for_roles, rights
from osler.foundation.access.roles import Role


@dataclass(frozen=True)
class Narrowed(Scope):
    """A scope of fewer rows: only those that also meet a condition, asked of the database."""

    condition: Q = field(default_factory=Q)

    def q(self, actor: Actor) -> Q:
        return super().q(actor) & self.condition

    def holds(self, actor: Actor, row: Model) -> bool:
        return super().holds(actor, row) and (
            type(row)._default_manager.filter(self.condition, pk=row.pk).exists()
        )


CLINICIANS = (Role.NURSE, Role.PHYSICIAN)
PATIENTS = (Role.PATIENT, Role.PROXY)
IN_ERROR = Q(status="entered-in-error")
IN_LAB = Narrowed("organization_id", "organization_id", Q(category="laboratory"))
LAB_VALUES = Narrowed("organization_id", "organization_id", Q(observation__category="laboratory"))
LAB_REPORTS = Narrowed(
    "organization_id",
    "organization_id",
    Q(category__iexact="LAB") | Q(order__category="laboratory"),
)
TO_BOOK = Narrowed("organization_id", "organization_id", Q(category="follow-up"))
BILLED = Narrowed("organization_id", "organization_id", Q(category="encounter-diagnosis"))
OWN_VALID = Narrowed("patient_id", "patient_id", ~IN_ERROR)
OWN_VERIFIED = Narrowed("patient_id", "patient_id", ~Q(verification_status="entered-in-error"))
OWN_SIGNED = Narrowed("patient_id", "patient_id", Q(status__in=["final", "amended"]))
OWN_RELEASED = Narrowed("patient_id", "patient_id", Q(released_at__isnull=False) & ~IN_ERROR)
OWN_VALUES = Narrowed(
    "patient_id",
    "patient_id",
    (Q(report=None) | Q(report__released_at__isnull=False))
    & ~Q(status__in=["entered-in-error", "preliminary", "registered"]),
)
OWN_PARTS = Narrowed(
    "patient_id",
    "patient_id",
    (Q(observation__report=None) | Q(observation__report__released_at__isnull=False))
    & ~Q(observation__status__in=["entered-in-error", "preliminary", "registered"]),
)


def chart_rights(own: Scope, *also: dict[Role, Scope], **deeds: tuple[Role, ...]) -> Rights:
    """The usual table: clinicians read the tenant's charts, patients their own."""
    reading = for_roles(TENANT, *CLINICIANS) | for_roles(own, *PATIENTS)
    for more in also:
        reading |= more
    return {"read": reading} | {deed: for_roles(TENANT, *roles) for deed, roles in deeds.items()}


DOCTORS = (Role.PHYSICIAN,)
# What patients report is taken over at the desk; the desk does not read what else stands in the chart.
DESK = (Role.RECEPTION,)

rights(
    Encounter,
    chart_rights(
        OWN_VALID,
        for_roles(TENANT, Role.BILLING),
        start=CLINICIANS,
        finish=CLINICIANS,
    ),
)
rights(
    Condition,
    chart_rights(OWN_VERIFIED, for_roles(BILLED, Role.BILLING), diagnose=DOCTORS, report=DESK),
)
rights(AllergyIntolerance, chart_rights(OWN_VERIFIED, record=CLINICIANS, report=DESK))
rights(
    Observation,
    chart_rights(
        OWN_VALUES,
        for_roles(IN_LAB, Role.LAB),
        record=CLINICIANS,
    ),
)
rights(
    ObservationComponent,
    chart_rights(OWN_PARTS, for_roles(LAB_VALUES, Role.LAB)),
)
rights(MedicationRequest, chart_rights(OWN_VALID, prescribe=DOCTORS, stop=DOCTORS))
rights(
    MedicationStatement,
    chart_rights(OWN_VALID, record=CLINICIANS, stop=CLINICIANS, report=DESK),
)
rights(ClinicalNote, chart_rights(OWN_SIGNED, write=CLINICIANS, sign=CLINICIANS))
rights(
    ServiceRequest,
    chart_rights(
        OWN_VALID,
        for_roles(IN_LAB, Role.LAB),
        for_roles(TO_BOOK, Role.RECEPTION),
        order=DOCTORS,
        revoke=DOCTORS,
        collect=(Role.LAB, Role.NURSE),
        fulfil=(Role.RECEPTION, *CLINICIANS),
    ),
)
rights(
    DiagnosticReport,
    chart_rights(
        OWN_RELEASED,
        for_roles(LAB_REPORTS, Role.LAB),
        enter=(Role.LAB,),
        verify=(Role.LAB,),
        amend=(Role.LAB,),
        acknowledge=DOCTORS,
        forward=DOCTORS,
        release=DOCTORS,
    ),
)
rights(CarePlan, chart_rights(OWN, plan=DOCTORS))
rights(Procedure, chart_rights(OWN))
rights(Immunization, chart_rights(OWN))
