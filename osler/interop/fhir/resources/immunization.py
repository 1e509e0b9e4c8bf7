"""Immunization."""

from typing import ClassVar

from osler.clinic.records.models import Immunization
from osler.interop.fhir.concepts import Concept
from osler.interop.fhir.elements import Code, Link, Moment
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource


class ImmunizationResource(Resource):
    type, model = "Immunization", Immunization
    profiles = (f"{chart.US_CORE}immunization",)
    elements = (
        chart.subject("patient"),
        chart.encounter(),
        Code("status", "status"),
        Concept("vaccineCode"),
        Moment("occurred_at", "occurrenceDateTime"),
        Link("performer[].actor", "performer", "Practitioner"),
        Code("lotNumber", "lot_number"),
    )
    search = (
        *chart.patient_parameters("patient"),
        chart.status_parameter(),
        Token("vaccine-code", "code", ".system", ["vaccineCode"]),
        Instant("date", "occurred_at", paths=["occurrence"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("record",), "update": ("record",)}
    update = chart.entry_changed
