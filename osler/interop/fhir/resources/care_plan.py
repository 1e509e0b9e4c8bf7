"""CarePlan."""

from typing import ClassVar

from osler.clinic.records.models import CarePlan
from osler.interop.fhir.concepts import Concept
from osler.interop.fhir.elements import Code, Json, Link, Span, Values, Words
from osler.interop.fhir.parameters import Lasting, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource


class Kind(Concept):
    """What the plan is about: the last of its categories, for the first is often only its profile."""

    def read(self, resource: Json) -> Values:
        return super().read({"category": (resource.get("category") or ())[-1:]})

    def write(self, resource: Json, values: Values) -> None:
        resource.setdefault("intent", "plan")  # R4 wants one
        kept = (resource.get("category") or [])[:-1]
        super().write(resource, values) if not kept else None
        if kept:
            only: Json = {}
            super().write(only, values)
            resource["category"] = [*kept, *only.get("category", [])]


class CarePlanResource(Resource):
    type, model = "CarePlan", CarePlan
    profiles = (f"{chart.US_CORE}careplan",)
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        Kind("category", many=True),
        Words("description", "description"),
        Link("author", "author", "Practitioner"),
        Span("started_at", "ended_at", "period"),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        Token("category"),
        Lasting("date", "started_at", "ended_at", paths=["period"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("plan",), "update": ("plan",)}
    update = chart.entry_changed
