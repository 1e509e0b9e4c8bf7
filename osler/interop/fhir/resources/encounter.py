"""Encounter."""

from typing import Any, ClassVar

from osler.clinic.records.models import Encounter
from osler.interop.fhir.concepts import CodingCode, Concept, codings_of
from osler.interop.fhir.elements import Code, Element, Json, Link, Span, Values, put
from osler.interop.fhir.parameters import Lasting, Reference, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource
from osler.kernel.coding import ACT_CODE


class Reason(Element):
    """The first reason, in words."""

    columns = ("reason",)

    def read(self, resource: Json) -> Values:
        first: Any = next(iter(resource.get("reasonCode") or ()), {})
        displays = (coding["display"] for coding in codings_of(first) if "display" in coding)
        return (self.fit(0, first.get("text") or next(displays, ""), cut=True),)

    def write(self, resource: Json, values: Values) -> None:
        rest = (resource.get("reasonCode") or [])[1:]
        put(resource, "reasonCode", [{"text": values[0]}, *rest] if values[0] else rest)


class EncounterResource(Resource):
    type, model = "Encounter", Encounter
    profiles = (f"{chart.US_CORE}encounter",)
    elements = (
        chart.subject(),
        Code("status", "status"),
        CodingCode("class", "class_code", ACT_CODE),
        Concept("type", many=True),
        Link("participant[].individual", "practitioner", "Practitioner"),
        Link("location[].location", "location", "Location"),
        Reason(),
        Span("started_at", "finished_at", "period"),
    )
    search = (
        *chart.patient_parameters(),
        chart.status_parameter(),
        Token("class", "class_code", ACT_CODE),
        chart.code_parameter("type", "type"),
        Lasting("date", "started_at", "finished_at", paths=["period"], long="is_long"),
        Reference("location", "location_id", ["Location"], ["location.location"]),
        Reference("practitioner", "practitioner_id", ["Practitioner"], ["participant.individual"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": "start", "update": "finish"}
