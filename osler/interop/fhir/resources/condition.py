"""Condition."""

from typing import ClassVar

from osler.clinic.records.models import Condition
from osler.interop.fhir.concepts import Concept, FixedConcept
from osler.interop.fhir.elements import Link, Moment, Note
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.kernel.coding import CONDITION_CATEGORY, CONDITION_CLINICAL, CONDITION_VERIFICATION


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
    writes: ClassVar = {"create": "diagnose", "update": "diagnose"}
