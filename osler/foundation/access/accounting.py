"""Who opened a chart: the audit trail, told in names and words."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from osler.foundation.access.roles import Role
from osler.foundation.accounts.models import User
from osler.foundation.audit.models import AuditEvent


@dataclass(frozen=True)
class Opening:
    """One event of the trail with the names that it stands for."""

    event_id: int
    at: datetime
    user_id: UUID | None
    user_name: str
    role: str
    action: str
    entity: str
    patient_id: UUID | None
    reason: str
    detail: str


def things() -> dict[str, str]:
    """What the names of tables mean to a reader."""
    return {
        "patients_patient": _("Record"),
        "scheduling_appointment": _("Appointments"),
        "records_encounter": _("Visit"),
        "records_clinicalnote": _("Note"),
        "records_condition": _("Diagnoses"),
        "records_observation": _("Measurements"),
        "records_diagnosticreport": _("Results"),
        "records_medicationrequest": _("Prescriptions"),
        "records_allergyintolerance": _("Allergies"),
        "records_servicerequest": _("Orders"),
        "billing_invoice": _("Invoices"),
        "billing_payment": _("Payments"),
        "billing_chargeitem": _("Charges"),
        "insurance_coverage": _("Insurance"),
        "communication_thread": _("Messages"),
        "communication_message": _("Messages"),
        "accounts_user": _("Account"),
        "accounts_apitoken": _("API token"),
        "audit_event": _("List of who opened the record"),
        "database": _("Structure of the database"),
    }


def actions() -> dict[str, str]:
    """What the letters of FHIR's AuditEvent.action mean."""
    return {"C": _("Added"), "R": _("Opened"), "U": _("Changed"), "D": _("Removed"), "E": _("Done")}


def about(*patient_ids: UUID) -> Q:
    """Events about one patient, under all ids of his: of the chart itself, and lists in which it stood."""
    return Q(patient_id__in=patient_ids) | Q(patient_ids__overlap=list(patient_ids))


def reads_of(*patient_ids: UUID) -> QuerySet[AuditEvent]:
    """The reads of one patient's data, whoever read."""
    return AuditEvent.objects.filter(about(*patient_ids), action__in=["R", "E"])


def in_words(events: "QuerySet[AuditEvent] | Iterable[AuditEvent]") -> list[Opening]:
    """Events with the names of their users; two queries, however many."""
    rows = list(events)
    names = dict(
        User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id}).values_list("id", "name")
    )
    thing, act, role_words = things(), actions(), dict(Role.choices)
    return [
        Opening(
            event_id=row.id,
            at=row.recorded_at,
            user_id=row.actor_id,
            user_name=names.get(row.actor_id, "") if row.actor_id else _("The system"),
            role=", ".join(str(role_words.get(role, role)) for role in row.actor_role.split(",") if role),
            action=act.get(row.action, row.action),
            entity=thing.get(row.entity, row.entity),
            patient_id=row.patient_id,
            reason=row.reason,
            detail=row.detail,
        )
        for row in rows
    ]
