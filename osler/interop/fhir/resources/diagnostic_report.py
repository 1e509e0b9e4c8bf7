"""DiagnosticReport."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models

from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.results.receiving import receive_report
from osler.clinic.records.results.verifying import amend_report, verify_report
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Practitioner
from osler.interop.fhir.concepts import Concept, FixedConcept
from osler.interop.fhir.elements import Code, Json, Link, Moment, Words
from osler.interop.fhir.parameters import Instant, Token
from osler.interop.fhir.resources import chart
from osler.interop.fhir.tables import Columns, Resource
from osler.interop.fhir.wishes import Wish, refuse
from osler.kernel.errors import Missing

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


ORDER = Link("basedOn[]", "", "ServiceRequest")
INTERPRETER = Link("resultsInterpreter[]", "", "Practitioner")
BEGUN = ("registered", "partial", "preliminary")


def report_from_fhir(wish: Wish) -> None:
    """Enter a report with its observations; one that comes final is verified at once."""
    report, status = wish.row, wish.row.status
    if status not in (*BEGUN, "final"):
        refuse("a new report is preliminary or final", "status")
    order_id = ORDER.read(wish.body)[0]
    order = scoped(ServiceRequest, wish.actor).filter(id=order_id).first() if order_id else None
    if order_id and order is None:
        raise Missing(field="order")
    receive_report(report, order=order, values=values_of(wish), actor=wish.actor)
    if status == "final":
        verify_report(report, named=interpreter_of(wish.body), actor=wish.actor)


def values_of(wish: Wish) -> list[Observation]:
    """The observations that the report names."""
    ids = []
    for result in wish.body.get("result") or ():
        name, _, key = str(result.get("reference", "")).partition("/")
        if name == "Observation":
            ids.append(UUID(key.partition("/")[0]))
    return list(scoped(Observation, wish.actor).filter(id__in=ids).order_by("id"))


def interpreter_of(body: Json) -> Practitioner | None:
    """The physician who is to act on the report if nobody ordered it."""
    return Practitioner.objects.filter(id=INTERPRETER.read(body)[0]).first()


def report_changed(wish: Wish) -> None:
    """Verify an entered report, correct a final one, or say more about it."""
    wish.keep("code", "system", "code")
    row, status, actor = wish.row, wish.columns["status"], wish.actor
    issued = ("status", "issued_at")
    if status == "final" and row.status in BEGUN:
        verify_report(wish.fill(*issued), named=interpreter_of(wish.body), actor=actor)
    elif status == "corrected":
        amend_report(wish.fill(*issued), values={}, reason="", actor=actor)
    elif status in ("amended", "appended") and status != row.status:
        refuse("a final report is corrected", "status")
    else:
        decide(actor, "amend", row)
        if status == row.status not in BEGUN:
            wish.keep("conclusion", "conclusion")
        chart.entry_changed(wish)


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
    writes: ClassVar = {"create": ("enter",), "update": ("verify", "amend")}
    create, update = report_from_fhir, report_changed
    places: ClassVar = {"values": "result", "order": "basedOn", "owner": "resultsInterpreter"}
