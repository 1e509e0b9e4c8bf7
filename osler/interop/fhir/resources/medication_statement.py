"""MedicationStatement."""

from typing import ClassVar

from osler.clinic.records.medications.prescribing import stop_medication
from osler.clinic.records.medications.statements import TAKEN, record_statement
from osler.clinic.records.mistakes.kinds import ERROR
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.models import MedicationStatement
from osler.foundation.access.policy import decide
from osler.interop.fhir.concepts import Concept
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, put
from osler.interop.fhir.parameters import Instant
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.interop.fhir.wishes import Wish, refuse


class Dosage(Element):
    """The first dosage, in words."""

    columns = ("sig",)

    def read(self, resource: Json) -> Values:
        first: Json = next(iter(resource.get("dosage") or ()), {})
        return (self.fit(0, first.get("text"), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        rest = (resource.get("dosage") or [])[1:]
        put(resource, "dosage", [{"text": values[0]}, *rest] if values[0] else rest)


def statement_from_fhir(wish: Wish) -> None:
    """Enter what the patient takes now."""
    draft = wish.row
    visit = wish.any_encounter
    if draft.status not in TAKEN:
        refuse("a new entry is something that is taken; end it by an update", "status")
    record_statement(
        draft.patient,
        words=draft.display,
        drug=draft.code,
        sig=draft.sig,
        encounter=visit,
        draft=draft,
        actor=wish.actor,
    )


def statement_changed(wish: Wish) -> None:
    """The patient takes it no more, never took it, or more is known about it."""
    wish.keep("medicationCodeableConcept", "system", "code")
    if wish.columns["status"] == "stopped" != wish.row.status:
        stop_medication(wish.fill("status", "ended_at"), actor=wish.actor)
        return
    if wish.columns["status"] == ERROR != wish.row.status:
        enter_in_error(wish.fill("status"), actor=wish.actor)
        return
    decide(wish.actor, "record", wish.row)
    chart.entry_changed(wish)


class MedicationStatementResource(Resource):
    type, model = "MedicationStatement", MedicationStatement
    elements = (
        chart.subject(),
        chart.encounter("context"),
        Code("status", "status"),
        Concept("medicationCodeableConcept"),
        Link("informationSource", "recorder", "Practitioner"),
        Dosage(),
        Moment("recorded_at", "dateAsserted"),
        Moment("ended_at", "effectivePeriod.end"),
    )
    search = (
        *chart.patient_parameters(),
        chart.status_parameter(),
        chart.code_parameter("code", "medicationCodeableConcept"),
        Instant("effective", paths=["effective"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("record",), "update": ("record", "stop")}
    create, update = statement_from_fhir, statement_changed
    places: ClassVar = {
        "words": "medicationCodeableConcept",
        "author": "informationSource",
        "encounter": "context",
    }
