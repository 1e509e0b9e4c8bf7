"""Diagnoses of a visit and the problem list."""

from datetime import datetime

from django.db.models import Max, Q

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import AlreadyRecorded, UnknownCode
from osler.clinic.records.models import Condition, Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.audit.rows import completed
from osler.foundation.terminology.diagnoses import find_diagnosis
from osler.kernel import clock
from osler.kernel.coding import ICD10CM, Coding
from osler.kernel.constraints import refusals

LIVE = frozenset({"active", "recurrence", "relapse"})
WRONG = ("entered-in-error", "refuted")


def add_diagnosis(
    encounter: Encounter,
    *,
    code: str,
    actor: Actor,
    rank: int | None = None,
    note: str = "",
    draft: Condition | None = None,
) -> Condition:
    """Code a diagnosis of the visit (ICD-10-CM); without a rank it comes last.

    A `draft` may be coded in another system."""
    decide(actor, "diagnose", Condition)
    require_open(encounter)
    coding = _diagnosis_of(code, draft)
    standing = scoped(Condition, actor).filter(encounter=encounter, category=Condition.Category.ENCOUNTER)
    standing = standing.exclude(verification_status="entered-in-error")
    if standing.filter(_same(coding)).exists():
        raise AlreadyRecorded(field="code")
    row = draft or Condition(onset_at=clock.now(), note=note)
    condition = completed(
        row,
        patient_id=encounter.patient_id,
        encounter=encounter,
        category=Condition.Category.ENCOUNTER,
        system=coding.system,
        code=coding.code,
        display=coding.display,
        rank=rank or (standing.aggregate(last=Max("rank"))["last"] or 0) + 1,
        recorded_at=row.recorded_at or clock.now(),
        recorder_id=author_id(actor, said=row.recorder_id),
    )
    with refusals():
        condition.save(force_insert=True)
    return condition


def add_problem(
    patient: Patient,
    *,
    code: str,
    actor: Actor,
    onset_at: datetime | None = None,
    encounter: Encounter | None = None,
    draft: Condition | None = None,
) -> Condition:
    """Put a problem on the list; refused while the same one lives there."""
    decide(actor, "diagnose", Condition)
    coding = _diagnosis_of(code, draft)
    standing = scoped(Condition, actor).filter(
        _same(coding),
        patient=patient,
        category=Condition.Category.PROBLEM,
        clinical_status__in=LIVE,
    )
    if standing.exclude(verification_status__in=WRONG).exists():
        raise AlreadyRecorded(field="code")
    row = draft or Condition(onset_at=onset_at)
    problem = completed(
        row,
        patient=patient,
        encounter=encounter,
        category=Condition.Category.PROBLEM,
        system=coding.system,
        code=coding.code,
        display=coding.display,
        recorded_at=row.recorded_at or clock.now(),
        recorder_id=author_id(actor, said=row.recorder_id),
    )
    problem.save(force_insert=True)
    return problem


def resolve_problem(condition: Condition, *, actor: Actor, version: int | None = None) -> Condition:
    """The problem is over; every live entry of the same code in the chart ends with it."""
    decide(actor, "diagnose", condition)
    condition.require_version(version)
    twins = (
        scoped(Condition, actor)
        .filter(patient_id=condition.patient_id, clinical_status__in=LIVE)
        .filter(system=condition.system, code=condition.code, display=condition.display)
        .exclude(id=condition.id)
    )
    for row in [condition, *twins]:
        row.clinical_status = Condition.ClinicalStatus.RESOLVED
        row.abated_at = clock.now()
        row.save()
    return condition


def reopen_problem(condition: Condition, *, actor: Actor, version: int | None = None) -> Condition:
    """The problem is back, or was resolved by mistake."""
    decide(actor, "diagnose", condition)
    condition.require_version(version)
    condition.clinical_status = Condition.ClinicalStatus.ACTIVE
    condition.abated_at = None
    condition.save()
    return condition


def _same(coding: Coding) -> Q:
    """Rows of the same diagnosis: by code, or by its words where it has none."""
    words = Q() if coding.code else Q(display__iexact=coding.display)
    return Q(system=coding.system, code=coding.code) & words


def _diagnosis_of(code: str, draft: Condition | None) -> Coding:
    if draft is not None and draft.system != ICD10CM:
        if not draft.code and not draft.display:
            raise UnknownCode(field="code")
        return Coding(draft.system, draft.code, draft.display)
    found = find_diagnosis(code)
    if found is None:
        raise UnknownCode(field="code")
    return Coding(ICD10CM, found.code, found.display)
