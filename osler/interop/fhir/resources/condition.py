"""Condition."""

from typing import ClassVar

from osler.clinic.records.conditions.diagnosing import (
    add_diagnosis,
    add_problem,
    reopen_problem,
    resolve_problem,
)
from osler.clinic.records.mistakes.kinds import ERROR
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import Condition
from osler.foundation.access.policy import decide
from osler.interop.fhir.concepts import Concept, FixedConcept, codings_of
from osler.interop.fhir.elements import Link, Moment, Note
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel.coding import CONDITION_CATEGORY, CONDITION_CLINICAL, CONDITION_VERIFICATION, ICD10CM

CODED = ("system", "code", "display")


def diagnosis_from_fhir(wish: Wish) -> None:
    """Code a diagnosis of a visit, or put a problem on the list."""
    draft, actor = wish.row, wish.actor
    for coding in codings_of(wish.body.get("code")):
        if coding.get("system") == ICD10CM:  # what is billed by goes first
            draft.system, draft.code = ICD10CM, coding.get("code") or ""
    if draft.category == Condition.Category.ENCOUNTER:
        add_diagnosis(wish.encounter, code=draft.code, draft=draft, actor=actor)
    elif draft.category == Condition.Category.PROBLEM:
        problem_from_fhir(wish)
    else:
        refuse("a condition is a problem-list-item or an encounter-diagnosis", "category")


def problem_from_fhir(wish: Wish) -> None:
    """Put a problem on the list."""
    draft = wish.row
    add_problem(draft.patient, code=draft.code, encounter=wish.any_encounter, draft=draft, actor=wish.actor)


def diagnosis_changed(wish: Wish) -> None:
    """Take a diagnosis back, resolve or reopen a problem, or say more about it."""
    wish.keep("code", "code")
    wish.keep("category", "category")
    clinical, verification = wish.columns["clinical_status"], wish.columns["verification_status"]
    row, actor = wish.row, wish.actor
    decide(actor, "diagnose", row)
    if verification == ERROR != row.verification_status:
        enter_in_error(wish.fill("verification_status", "clinical_status"), actor=actor)
    elif clinical == "resolved" != row.clinical_status:
        resolve_problem(wish.fill("clinical_status", "abated_at", *CODED), actor=actor)
    elif clinical == "active" and row.clinical_status not in ("active", ""):
        reopen_problem(wish.fill("clinical_status", "abated_at"), actor=actor)
    else:
        chart.entry_changed(wish)


class ConditionResource(Resource):
    type, model = "Condition", Condition
    profiles = (
        f"{chart.US_CORE}condition-problems-health-concerns",
        f"{chart.US_CORE}condition-encounter-diagnosis",
    )
    elements = (
        chart.subject(),
        chart.encounter(),
        Concept("code"),
        FixedConcept("category[]", "category", CONDITION_CATEGORY),
        FixedConcept("clinicalStatus", "clinical_status", CONDITION_CLINICAL),
        FixedConcept("verificationStatus", "verification_status", CONDITION_VERIFICATION),
        Moment("onset_at", "onsetDateTime", "onsetPeriod.start"),
        Moment("abated_at", "abatementDateTime", "abatementPeriod.start"),
        Moment("recorded_at", "recordedDate"),
        Link("recorder", "recorder", "Practitioner"),
        Note("note"),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.code_parameter(),
        Token("category", "category", CONDITION_CATEGORY),
        Token("clinical-status", "clinical_status", CONDITION_CLINICAL, ["clinicalStatus"]),
        Token("verification-status", "verification_status", CONDITION_VERIFICATION, ["verificationStatus"]),
        Instant("onset-date", "onset_at", paths=["onset"]),
        Instant("abatement-date", "abated_at", paths=["abatement"]),
        Instant("recorded-date", "recorded_at", paths=["recordedDate"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("diagnose",), "update": ("diagnose",)}
    create, update = diagnosis_from_fhir, diagnosis_changed
    places: ClassVar = {"author": "recorder"}
