"""Diagnoses of a visit and the problem list."""

from datetime import datetime

from django.db.models import Max

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.encounters.visit import require_open
from osler.clinic.records.errors import AlreadyRecorded, UnknownCode
from osler.clinic.records.models import Condition, Encounter
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
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
) -> Condition:
    """Code a diagnosis of the visit (ICD-10-CM); without a rank it comes last."""
    decide(actor, "diagnose", Condition)
    require_open(encounter)
    coding = _diagnosis_of(code)
    standing = scoped(Condition, actor).filter(encounter=encounter, category=Condition.Category.ENCOUNTER)
    standing = standing.exclude(verification_status="entered-in-error")
    if standing.filter(system=coding.system, code=coding.code).exists():
        raise AlreadyRecorded(field="code")
    condition = Condition(
        patient_id=encounter.patient_id,
        encounter=encounter,
        category=Condition.Category.ENCOUNTER,
        system=coding.system,
        code=coding.code,
        display=coding.display,
        rank=rank or (standing.aggregate(last=Max("rank"))["last"] or 0) + 1,
        onset_at=clock.now(),
        recorded_at=clock.now(),
        recorder_id=author_id(actor),
        note=note,
    )
    with refusals():
        condition.save(force_insert=True)
    return condition


def remove_diagnosis(condition: Condition, *, actor: Actor, version: int | None = None) -> Condition:
    """Take a diagnosis off an open visit; the row stays, marked as entered in error."""
    decide(actor, "diagnose", condition)
    condition.require_version(version)
    if condition.encounter is not None:
        require_open(condition.encounter)
    return _enter_in_error(condition)


def _enter_in_error(condition: Condition) -> Condition:
    condition.verification_status = Condition.VerificationStatus.ENTERED_IN_ERROR
    condition.clinical_status = Condition.ClinicalStatus.UNSAID
    condition.save()
    return condition


def add_problem(
    patient: Patient,
    *,
    code: str,
    actor: Actor,
    onset_at: datetime | None = None,
    encounter: Encounter | None = None,
) -> Condition:
    """Put a problem on the list; refused while the same one lives there."""
    decide(actor, "diagnose", Condition)
    coding = _diagnosis_of(code)
    standing = scoped(Condition, actor).filter(
        patient=patient,
        category=Condition.Category.PROBLEM,
        system=coding.system,
        code=coding.code,
        clinical_status__in=LIVE,
    )
    if standing.exclude(verification_status__in=WRONG).exists():
        raise AlreadyRecorded(field="code")
    return Condition.objects.create(
        patient=patient,
        encounter=encounter,
        category=Condition.Category.PROBLEM,
        system=coding.system,
        code=coding.code,
        display=coding.display,
        onset_at=onset_at,
        recorded_at=clock.now(),
        recorder_id=author_id(actor),
    )


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


def enter_problem_in_error(condition: Condition, *, actor: Actor, version: int | None = None) -> Condition:
    """The patient never had it."""
    decide(actor, "diagnose", condition)
    condition.require_version(version)
    return _enter_in_error(condition)


def _diagnosis_of(code: str) -> Coding:
    found = find_diagnosis(code)
    if found is None:
        raise UnknownCode(field="code")
    return Coding(ICD10CM, found.code, found.display)
