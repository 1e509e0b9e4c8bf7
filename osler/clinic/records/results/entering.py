"""The specimen and the values found in it."""

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from osler.clinic.patients.models import Patient
from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import (
    IncompleteResult,
    NotALaboratoryOrder,
    NotANumber,
    NotCollected,
    UnknownCode,
)
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.terminology.ages import age_on
from osler.foundation.terminology.laboratory import Analyte, LabTest, find_test
from osler.foundation.terminology.ranges import (
    UNJUDGED,
    Judgement,
    ReferenceRange,
    interpret,
    reference_range,
)
from osler.kernel import clock
from osler.kernel.coding import LOINC
from osler.kernel.constraints import refusals
from osler.kernel.states import ImpossibleMove

CRITICAL = frozenset({"HH", "LL", "AA"})
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,6})?")
_BEYOND = re.compile(r"[<>]=?\s?\d{1,12}(?:\.\d{1,6})?")


def collect_specimen(
    order: ServiceRequest,
    *,
    actor: Actor,
    at: datetime | None = None,
    version: int | None = None,
) -> ServiceRequest:
    """The specimen has been taken; a second collection replaces the first."""
    decide(actor, "collect", order)
    order.require_version(version)
    if order.category != ServiceRequest.Category.LABORATORY:
        raise NotALaboratoryOrder
    if order.status != ServiceRequest.Status.ACTIVE:
        raise ImpossibleMove
    order.collected_at = at or clock.now()
    order.save()
    return order


def enter_result(
    order: ServiceRequest,
    *,
    values: Mapping[str, str],
    actor: Actor,
    conclusion: str = "",
    version: int | None = None,
) -> DiagnosticReport:
    """Enter values by the code of what was measured, as typed; again until it is verified.

    Each is judged by the patient's age and sex. Nothing is final yet. `version` is the
    report's, once there is one.
    """
    decide(actor, "enter", DiagnosticReport)
    test = require_enterable(order)
    given = _given_values(test, values)
    report = _draft_report(order, actor=actor, version=version)
    report.entered_by_id = author_id(actor)
    report.conclusion = conclusion
    judged = write_values(report, test, given, actor=actor)
    mark_severity(report, judged)
    with refusals():
        report.save()
    return report


def require_enterable(order: ServiceRequest) -> LabTest:
    """The test of an order for which results may come: open, its specimen collected."""
    test = test_of(order)
    if order.status != ServiceRequest.Status.ACTIVE:
        raise ImpossibleMove
    if order.collected_at is None:
        raise NotCollected
    return test


def test_of(order: ServiceRequest) -> LabTest:
    """The catalogue's entry for an order."""
    found = find_test(order.code) if order.category == "laboratory" else None
    if found is None:
        raise NotALaboratoryOrder
    return found


def _given_values(test: LabTest, values: Mapping[str, str]) -> dict[Analyte, str]:
    by_code = {analyte.code: analyte for analyte in test.analytes}
    if not set(values) <= set(by_code):
        raise UnknownCode(field="values")
    given = {by_code[code]: text.strip() for code, text in values.items() if text.strip()}
    if not given:
        raise IncompleteResult(field="values")
    return given


def _draft_report(order: ServiceRequest, *, actor: Actor, version: int | None) -> DiagnosticReport:
    report = scoped(DiagnosticReport, actor).filter(order=order).first()
    if report is not None:
        report.require_version(version)
        if report.status != DiagnosticReport.Status.PRELIMINARY:
            raise ImpossibleMove
        return report
    report = DiagnosticReport(
        patient_id=order.patient_id,
        encounter_id=order.encounter_id,
        order=order,
        system=order.system,
        code=order.code,
        display=order.display,
        category="LAB",
        effective_at=order.collected_at,
    )
    with refusals():
        report.save(force_insert=True)
    return report


def write_values(
    report: DiagnosticReport, test: LabTest, given: Mapping[Analyte, str], *, actor: Actor
) -> list[Observation]:
    """Write the values of a report and return all its observations, judged anew where changed."""
    standing = {row.code: row for row in scoped(Observation, actor).filter(report=report)}
    for analyte, text in given.items():
        row = standing.get(analyte.code) or _new_value(report, analyte)
        before = (row.value, row.value_text)
        judge_value(row, analyte, text, report=report)
        if row._state.adding:
            row.performer_id = author_id(actor)
            row.save(force_insert=True)
        elif before != (row.value, row.value_text):
            row.performer_id = author_id(actor)
            if row.status != Observation.Status.PRELIMINARY:
                row.status = Observation.Status.CORRECTED
            row.save()
        standing[analyte.code] = row
    return [standing[a.code] for a in test.analytes if a.code in standing]


def _new_value(report: DiagnosticReport, analyte: Analyte) -> Observation:
    return Observation(
        patient_id=report.patient_id,
        encounter_id=report.encounter_id,
        report=report,
        status=Observation.Status.PRELIMINARY,
        category="laboratory",
        system=LOINC,
        code=analyte.code,
        display=analyte.name,
        effective_at=report.effective_at,
    )


def judge_value(row: Observation, analyte: Analyte, text: str, *, report: DiagnosticReport) -> None:
    """Set value, unit, range and interpretation from what was typed."""
    row.value, row.value_text = parse_value(analyte, text)
    row.unit = analyte.unit if row.value is not None else ""
    judgement = interpret(
        analyte.code,
        row.value if row.value is not None else row.value_text,
        unit=analyte.unit,
        patient=report.patient,
        at=report.effective_at or clock.now(),
    )
    row.interpretation = judgement.code
    row.range_low, row.range_high = judgement.low, judgement.high


def parse_value(analyte: Analyte, text: str) -> tuple[Decimal | None, str]:
    """A number, or words where the test is answered in words; `<0.5` stays as it is said."""
    said = text.strip().replace(",", ".") if analyte.is_numeric else text.strip()
    if _NUMBER.fullmatch(said):
        return Decimal(said), ""
    if analyte.is_numeric and not _BEYOND.fullmatch(said):
        raise NotANumber(field=analyte.code)
    return None, said


def mark_severity(report: DiagnosticReport, judged: list[Observation]) -> None:
    """Whether anything in the report is abnormal, and whether it is critical."""
    report.is_abnormal = any(row.is_abnormal for row in judged)
    report.is_critical = any(row.interpretation in CRITICAL for row in judged)


def limits_of(analyte: Analyte, *, patient: Patient) -> ReferenceRange | Judgement:
    """The limits by which a value of this patient will be judged today."""
    born = patient.birth_date
    age = age_on(born, clock.today()) if born else None
    return reference_range(analyte.code, sex=patient.gender, age=age) or UNJUDGED
