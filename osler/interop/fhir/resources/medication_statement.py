"""MedicationStatement."""

from typing import ClassVar

from osler.clinic.records.models import MedicationStatement
from osler.interop.fhir.concepts import Concept
from osler.interop.fhir.elements import Code, Element, Json, Link, Moment, Values, put
from osler.interop.fhir.parameters import Instant
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource


class Dosage(Element):
    """The first dosage, in words."""

    columns = ("sig",)

    def read(self, resource: Json) -> Values:
        first: Json = next(iter(resource.get("dosage") or ()), {})
        return (self.fit(0, first.get("text"), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        rest = (resource.get("dosage") or [])[1:]
        put(resource, "dosage", [{"text": values[0]}, *rest] if values[0] else rest)


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
    writes: ClassVar = {"create": "record", "update": "record"}
