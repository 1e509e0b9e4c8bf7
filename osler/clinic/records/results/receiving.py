"""Reports that come with values of their own, as another system's laboratory sends them."""

from collections.abc import Iterable, Sequence

from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import AlreadyRecorded, OtherPatient, UnknownCode
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.results.entering import collect_specimen, mark_severity, require_enterable
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.audit.rows import completed
from osler.foundation.terminology.laboratory import Analyte, analytes
from osler.foundation.terminology.ranges import interpret
from osler.kernel import clock
from osler.kernel.constraints import refusals


def receive_report(
    report: DiagnosticReport,
    *,
    order: ServiceRequest | None,
    values: Sequence[Observation],
    actor: Actor,
) -> DiagnosticReport:
    """Enter a report with the observations that are its values; nothing is final yet.

    With an order the rules are those of `enter_result`; a specimen that nobody has noted was
    collected when the report says.
    """
    decide(actor, "enter", DiagnosticReport)
    for row in values:
        if row.patient_id != report.patient_id:
            raise OtherPatient(field="values")
        if row.report_id not in (None, report.id):
            raise AlreadyRecorded(field="values")
    if order is not None:
        _answer(order, report, values=values, actor=actor)
    report.status = DiagnosticReport.Status.PRELIMINARY
    report.entered_by_id = author_id(actor)
    judged = [_judged(row, report) for row in values]
    mark_severity(report, [row for row, _ in judged])
    with refusals():
        report.save(force_insert=True)
    for row, is_changed in judged:
        if is_changed or row.report_id is None:
            row.report = report
            row.save()
    return report


def _answer(
    order: ServiceRequest, report: DiagnosticReport, *, values: Iterable[Observation], actor: Actor
) -> None:
    if order.patient_id != report.patient_id:
        raise OtherPatient(field="order")
    if order.collected_at is None and report.effective_at is not None:
        collect_specimen(order, actor=actor, at=report.effective_at)
    test = require_enterable(order)
    if not {row.code for row in values} <= {analyte.code for analyte in test.analytes}:
        raise UnknownCode(field="values")
    completed(
        report,
        order=order,
        encounter_id=report.encounter_id or order.encounter_id,
        system=order.system,
        code=order.code,
        display=order.display,
        category="LAB",
        effective_at=report.effective_at or order.collected_at,
    )


def _judged(row: Observation, report: DiagnosticReport) -> tuple[Observation, bool]:
    """The value, judged by our ranges where its sender has not judged it, and whether that was so."""
    analyte: Analyte | None = analytes().get(row.code)
    if row.interpretation or analyte is None or row.unit != analyte.unit:
        return row, False
    judgement = interpret(
        analyte.code,
        row.value if row.value is not None else row.value_text,
        unit=analyte.unit,
        patient=report.patient,
        at=report.effective_at or clock.now(),
    )
    if not judgement.code:
        return row, False
    row.interpretation = judgement.code
    if row.range_low is None and row.range_high is None:
        row.range_low, row.range_high = judgement.low, judgement.high
    return row, True
