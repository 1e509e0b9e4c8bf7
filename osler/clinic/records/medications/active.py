"""The one list of what the patient takes: prescriptions and what was told, by time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import MedicationRequest, MedicationStatement
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped

TAKEN = ("active", "on-hold")
TOLD = ("active", "on-hold", "intended")


@dataclass(frozen=True)
class ActiveMedication:
    """One line of the list; `kind` says whether it was prescribed here or told."""

    kind: str
    id: UUID
    version: int
    code: str
    display: str
    ingredient: str
    sig: str
    since: datetime | None
    by: str
    status: str
    override_reason: str = ""


def active_medications(patient: Patient, *, actor: Actor) -> list[ActiveMedication]:
    """Everything the patient takes now, the newest first; two statements."""
    requests = scoped(MedicationRequest, actor).filter(patient=patient, status__in=TAKEN)
    statements = scoped(MedicationStatement, actor).filter(patient=patient, status__in=TOLD)
    prescribed = [
        ActiveMedication(
            kind="prescribed",
            id=row.id,
            version=row.version,
            code=row.code,
            display=row.display,
            ingredient=row.ingredient,
            sig=row.sig,
            since=row.authored_at,
            by=row.requester.list_name if row.requester else "",
            status=row.status,
            override_reason=row.override_reason,
        )
        for row in requests.select_related("requester").defer("resource")
    ]
    told = [
        ActiveMedication(
            kind="told",
            id=row.id,
            version=row.version,
            code=row.code,
            display=row.display,
            ingredient=row.ingredient,
            sig=row.sig,
            since=row.recorded_at,
            by=row.recorder.list_name if row.recorder else "",
            status=row.status,
        )
        for row in statements.select_related("recorder").defer("resource")
    ]
    return sorted(prescribed + told, key=_newest_first)


def _newest_first(medication: ActiveMedication) -> tuple[float, str]:
    since = medication.since
    return (-since.timestamp() if since else 0.0, medication.display)
