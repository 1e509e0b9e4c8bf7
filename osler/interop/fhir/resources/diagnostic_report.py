"""DiagnosticReport."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from osler.clinic.records.models import DiagnosticReport
from osler.interop.fhir.concepts import Concept, FixedConcept
from osler.interop.fhir.elements import Code, Json, Moment, Words
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Columns, Resource

SECTION = "http://terminology.hl7.org/CodeSystem/v2-0074"


class Results:
    """The observations of a report: they know it, so it names them only when asked."""

    model: type[models.Model] = DiagnosticReport

    def rows(self, resource: Json, row_id: UUID, patient_id: UUID | None) -> list[Columns]:
        return []

    def write(self, resource: Json, row: Any) -> None:
        if row._state.adding:
            return
        named = {each.get("reference") for each in resource.get("result") or ()}
        ours = [
            f"Observation/{each}" for each in row.observations.order_by("id").values_list("id", flat=True)
        ]
        added = [{"reference": each} for each in ours if each not in named]
        if added:
            resource["result"] = [*(resource.get("result") or ()), *added]


class DiagnosticReportResource(Resource):
    type, model = "DiagnosticReport", DiagnosticReport
    profiles = (f"{chart.US_CORE}diagnosticreport-lab", f"{chart.US_CORE}diagnosticreport-note")
    elements = (
        chart.subject(),
        chart.encounter(),
        Code("status", "status"),
        FixedConcept("category[]", "category", SECTION, any_system=True),
        Concept("code"),
        Moment("effective_at", "effectiveDateTime", "effectivePeriod.start"),
        Moment("issued_at", "issued"),
        Words("conclusion", "conclusion"),
    )
    parts = (Results(),)
    search = (
        *chart.patient_parameters(),
        chart.encounter_parameter(),
        chart.status_parameter(),
        Token("category", "category", SECTION),
        chart.code_parameter(),
        Instant("date", "effective_at", paths=["effective"]),
        Instant("issued", "issued_at"),
        chart.identifier_parameter(),
    )
    writes: ClassVar = {"create": "enter", "update": "amend"}
