"""The one list of what the patient takes: prescriptions and what was told, by time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import MedicationRequest, MedicationStatement
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.directory.models import Practitioner

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
    until: datetime | None
    by: str
    status: str
    override_reason: str = ""


def active_medications(patient: Patient, *, actor: Actor) -> list[ActiveMedication]:
    """Everything the patient takes now, the newest first; two statements."""
    return _listed(
        scoped(MedicationRequest, actor).filter(patient=patient, status__in=TAKEN),
        scoped(MedicationStatement, actor).filter(patient=patient, status__in=TOLD),
    )


def _listed(
    requests: QuerySet[MedicationRequest], statements: QuerySet[MedicationStatement]
) -> list[ActiveMedication]:
    prescribed = [
        _line("prescribed", row, since=row.authored_at, by=row.requester)
        for row in requests.select_related("requester").defer("resource")
    ]
    told = [
        _line("told", row, since=row.recorded_at, by=row.recorder)
        for row in statements.select_related("recorder").defer("resource")
    ]
    return sorted(prescribed + told, key=_newest_first)


def _line(
    kind: str,
    row: MedicationRequest | MedicationStatement,
    *,
    since: datetime | None,
    by: Practitioner | None,
) -> ActiveMedication:
    return ActiveMedication(
        kind=kind,
        id=row.id,
        version=row.version,
        code=row.code,
        display=row.display,
        ingredient=row.ingredient,
        sig=row.sig,
        since=since,
        until=row.ended_at,
        by=str(by) if by else "",
        status=row.status,
        override_reason=getattr(row, "override_reason", ""),
    )


def _newest_first(medication: ActiveMedication) -> tuple[float, str]:
    since = medication.since
    return (-since.timestamp() if since else 0.0, medication.display)


@dataclass(frozen=True)
class PastMedication:
    """A medication of earlier days: all its courses as one line."""

    display: str
    sig: str
    status: str
    since: datetime | None
    until: datetime | None
    courses: int
    latest: ActiveMedication


def past_medications(patient: Patient, *, actor: Actor) -> list[PastMedication]:
    """What was taken before and is no more, each medication once, the latest first."""
    requests = scoped(MedicationRequest, actor).filter(
        patient=patient, status__in=["stopped", "completed", "cancelled"]
    )
    statements = scoped(MedicationStatement, actor).filter(
        patient=patient, status__in=["stopped", "completed", "not-taken"]
    )
    found: dict[str, list[ActiveMedication]] = {}
    for line in _listed(requests, statements):
        found.setdefault(line.display, []).append(line)
    return [_past(courses) for courses in found.values()]


def _past(courses: list[ActiveMedication]) -> PastMedication:
    latest = courses[0]
    begun = [course.since for course in courses if course.since]
    over = [course.until for course in courses if course.until] + (begun if len(courses) > 1 else [])
    return PastMedication(
        display=latest.display,
        sig=latest.sig,
        status=latest.status,
        since=min(begun, default=None),
        until=max(over, default=None),
        courses=len(courses),
        latest=latest,
    )
