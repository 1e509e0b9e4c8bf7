"""Procedure."""

from typing import ClassVar

from osler.clinic.records.models import Procedure
from osler.interop.fhir.concepts import Concept
from osler.interop.fhir.elements import Code, Link, Span
from osler.interop.fhir.parameters import Lasting
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Resource


class ProcedureResource(Resource):
    type, model = "Procedure", Procedure
    profiles = (f"{chart.US_CORE}procedure",)
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        Concept("code"),
        Span("performed_at", "finished_at", "performedPeriod", "performedDateTime"),
        Link("performer[].actor", "performer", "Practitioner"),
    )
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        chart.code_parameter(),
        Lasting("date", "performed_at", "finished_at", paths=["performed"]),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": ("record",), "update": ("record",)}
    update = chart.entry_changed
