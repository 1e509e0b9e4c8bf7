"""Invariants of the clinical resources."""

from osler.interop.fhir.validation.rules import (
    UCUM,
    Object,
    Rule,
    has_choice,
    has_code,
    in_order,
    needs,
    not_both,
    one_of,
)
from osler.kernel.coding import (
    ALLERGY_VERIFICATION,
    CONDITION_CLINICAL,
    CONDITION_VERIFICATION,
)


def codings_of(concept: Object) -> set[tuple[str | None, str | None]]:
    return {(coding.get("system"), coding.get("code")) for coding in concept.get("coding", ())}


def components_differ(value: Object) -> bool:
    """obs-7: with a value of its own, no component may have the code of the whole."""
    if "component" not in value or not has_choice(value, "value"):
        return True
    own = codings_of(value.get("code", {}))
    return not any(own & codings_of(part.get("code", {})) for part in value["component"])


def allergy_in_error(value: Object) -> bool:
    return has_code(value.get("verificationStatus"), ALLERGY_VERIFICATION, "entered-in-error")


def condition_in_error(value: Object) -> bool:
    return has_code(value.get("verificationStatus"), CONDITION_VERIFICATION, "entered-in-error")


def abated_is_inactive(value: Object) -> bool:
    ended = has_code(value.get("clinicalStatus"), CONDITION_CLINICAL, "resolved", "remission", "inactive")
    return ended or not has_choice(value, "abatement")


def probability_below_hundred(value: Object) -> bool:
    return bool(value.get("probabilityDecimal", 0) <= 100)


def probability_in_percent(value: Object) -> bool:
    ends = value.get("probabilityRange", {})
    return all(
        ends[name].get("code") == "%" and ends[name].get("system") == UCUM
        for name in ("low", "high")
        if name in ends
    )


CLINICAL: dict[str, list[Rule]] = {
    "AllergyIntolerance": [
        Rule(
            "ait-1",
            "clinicalStatus is required unless entered in error",
            lambda v: "clinicalStatus" in v or allergy_in_error(v),
        ),
        Rule(
            "ait-2",
            "clinicalStatus may not be given when entered in error",
            lambda v: not ("clinicalStatus" in v and allergy_in_error(v)),
        ),
    ],
    "CarePlan.activity": [
        Rule("cpl-3", "detail and reference exclude each other", not_both("detail", "reference"))
    ],
    "Composition.section": [
        Rule("cmp-1", "must have text, entries or sections", one_of("text", "entry", "section")),
        Rule("cmp-2", "emptyReason and entry exclude each other", not_both("emptyReason", "entry")),
    ],
    "Condition": [
        Rule("con-4", "an abated condition is inactive, resolved or in remission", abated_is_inactive),
        Rule(
            "con-5",
            "clinicalStatus may not be given when entered in error",
            lambda v: not ("clinicalStatus" in v and condition_in_error(v)),
        ),
    ],
    "Condition.stage": [
        Rule("con-1", "must have a summary or an assessment", one_of("summary", "assessment"))
    ],
    "Condition.evidence": [Rule("con-2", "must have a code or details", one_of("code", "detail"))],
    "FamilyMemberHistory": [
        Rule(
            "fhs-1",
            "age and birth exclude each other",
            lambda v: not (has_choice(v, "age") and has_choice(v, "born")),
        ),
        Rule("fhs-2", "estimatedAge needs an age", lambda v: "estimatedAge" not in v or has_choice(v, "age")),
    ],
    "Goal.target": [
        Rule("gol-1", "a detail needs a measure", lambda v: "measure" in v or not has_choice(v, "detail"))
    ],
    "Immunization.education": [
        Rule("imm-1", "must have a documentType or a reference", one_of("documentType", "reference"))
    ],
    "ImmunizationRecommendation.recommendation": [
        Rule("imr-1", "must have a vaccineCode or a targetDisease", one_of("vaccineCode", "targetDisease"))
    ],
    "MedicationAdministration.dosage": [
        Rule("mad-1", "must have a dose or a rate", lambda v: "dose" in v or has_choice(v, "rate"))
    ],
    "MedicationDispense": [
        Rule(
            "mdd-1",
            "cannot be handed over before it is prepared",
            lambda v: in_order(v.get("whenPrepared"), v.get("whenHandedOver")),
        )
    ],
    "Observation": [
        Rule(
            "obs-6",
            "a value and a dataAbsentReason exclude each other",
            lambda v: "dataAbsentReason" not in v or not has_choice(v, "value"),
        ),
        Rule(
            "obs-7",
            "a component may not repeat the code of an Observation that has a value",
            components_differ,
        ),
    ],
    "Observation.referenceRange": [
        Rule("obs-3", "must have low, high or text", one_of("low", "high", "text"))
    ],
    "QuestionnaireResponse.item": [
        Rule("qrs-1", "answer and item exclude each other", not_both("answer", "item"))
    ],
    "RequestGroup.action": [
        Rule("rqg-1", "has a resource or actions", lambda v: ("resource" in v) != ("action" in v))
    ],
    "RiskAssessment.prediction": [
        Rule("ras-2", "a probability is at most 100", probability_below_hundred),
        Rule("ras-1", "a probability range is in percent", probability_in_percent),
    ],
    "ServiceRequest": [Rule("prr-1", "orderDetail needs a code", needs("orderDetail", "code"))],
}
