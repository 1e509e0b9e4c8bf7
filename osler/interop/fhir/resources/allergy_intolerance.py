"""AllergyIntolerance."""

from typing import Any, ClassVar

from osler.clinic.records.allergies.recording import Reaction as Told
from osler.clinic.records.allergies.recording import record_allergy, record_no_known_allergies
from osler.clinic.records.mistakes.kinds import ERROR
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import AllergyIntolerance
from osler.clinic.records.models.allergies import NO_KNOWN_ALLERGY
from osler.foundation.access.policy import decide
from osler.interop.fhir.concepts import Concept, FixedConcept, codings_of
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, put
from osler.interop.fhir.parameters import ANY, Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel.coding import ALLERGY_CLINICAL, ALLERGY_VERIFICATION, Coding


class FirstCategory(Element):
    """The first of the categories, plain codes."""

    columns = ("category",)

    def read(self, resource: Json) -> Values:
        return (self.fit(0, next(iter(resource.get("category") or ()), "")),)

    def write(self, resource: Json, values: Values) -> None:
        put(resource, "category", [values[0]] if values[0] else [])


class Reaction(Element):
    """The first manifestation of the first reaction, and how severe it was."""

    columns = ("reaction", "severity")

    def read(self, resource: Json) -> Values:
        reaction: Any = next(iter(resource.get("reaction") or ()), {})
        manifestation: Json = next(iter(reaction.get("manifestation") or ()), {})
        words = manifestation.get("text") or next(
            (coding["display"] for coding in codings_of(manifestation) if "display" in coding), ""
        )
        return self.fit(0, words, cut=True), self.fit(1, reaction.get("severity"))

    def write(self, resource: Json, values: Values) -> None:
        words, severity = values
        rest = (resource.get("reaction") or [])[1:]
        reaction: Json = {"manifestation": [{"text": words or "unknown"}]}
        put(reaction, "severity", severity)
        put(resource, "reaction", [reaction, *rest] if words or severity else rest)


def allergy_from_fhir(wish: Wish) -> None:
    """Enter an allergy, that none is known, or one of the past, which ends nothing."""
    draft, actor = wish.row, wish.actor
    visit = wish.any_encounter
    if draft.clinical_status not in ("active", "") or draft.verification_status in ("refuted", ERROR):
        refuse("a new entry is an allergy that stands; end it by an update", "clinicalStatus")
    if draft.code == NO_KNOWN_ALLERGY:
        record_no_known_allergies(draft.patient, encounter=visit, draft=draft, actor=actor)
        return
    reaction = Told(draft.reaction, draft.severity, draft.criticality, draft.category)
    substance = Coding(draft.system, draft.code, draft.display)
    record_allergy(
        draft.patient, substance=substance, reaction=reaction, encounter=visit, draft=draft, actor=actor
    )


def allergy_changed(wish: Wish) -> None:
    """Take an allergy off the list because it was wrong, or say more about it."""
    wish.keep("code", "system", "code")
    decide(wish.actor, "record", wish.row)
    if wish.columns["verification_status"] == ERROR != wish.row.verification_status:
        row = wish.fill("verification_status", "clinical_status")
        enter_in_error(row, actor=wish.actor)
    else:
        chart.entry_changed(wish)


class AllergyIntoleranceResource(Resource):
    type, model = "AllergyIntolerance", AllergyIntolerance
    profiles = (f"{chart.US_CORE}allergyintolerance",)
    elements = (
        chart.subject("patient"),
        chart.encounter(),
        Concept("code"),
        FirstCategory(),
        Code("criticality", "criticality"),
        FixedConcept("clinicalStatus", "clinical_status", ALLERGY_CLINICAL),
        FixedConcept("verificationStatus", "verification_status", ALLERGY_VERIFICATION),
        Reaction(),
        Moment("onset_at", "onsetDateTime", "onsetPeriod.start"),
        Moment("recorded_at", "recordedDate"),
        Link("recorder", "recorder", "Practitioner"),
    )
    search = (
        *chart.patient_parameters("patient"),
        chart.code_parameter(),
        Token("category", "category", ANY),
        Token("criticality", "criticality", ANY),
        Token("clinical-status", "clinical_status", ALLERGY_CLINICAL, ["clinicalStatus"]),
        Token("verification-status", "verification_status", ALLERGY_VERIFICATION, ["verificationStatus"]),
        Instant("date", "recorded_at", paths=["recordedDate"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("record",), "update": ("record",)}
    create, update = allergy_from_fhir, allergy_changed
    places: ClassVar = {"substance": "code", "author": "recorder"}
