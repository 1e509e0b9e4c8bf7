"""The second look: from entered to final, and corrections afterwards."""

from collections.abc import Mapping
from uuid import UUID

from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import IncompleteResult, NoOwner, NotFinal
from osler.clinic.records.events import ReportVerified
from osler.clinic.records.models import DiagnosticReport, Observation, ServiceRequest
from osler.clinic.records.results.acknowledging import can_own
from osler.clinic.records.results.entering import mark_severity, test_of, write_values
from osler.clinic.records.results.releasing import release_if_free
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, scoped
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.constraints import refusals
from osler.kernel.states import can_move, move

FINAL = frozenset({"final", "amended", "corrected", "appended"})


def verify_report(
    report: DiagnosticReport,
    *,
    actor: Actor,
    named: Practitioner | None = None,
    version: int | None = None,
) -> DiagnosticReport:
    """Make an entered result final: complete, with an owner who must act on it.

    Who ordered it owns it, else who saw the patient, else the physician whom the sender has `named`;
    without any of them NoOwner. The patient sees it at once unless the requester holds it.
    """
    decide(actor, "verify", report)
    report.require_version(version)
    order = report.order
    move(report, DiagnosticReport.Status.FINAL, transitions=DiagnosticReport.TRANSITIONS)
    values = list(scoped(Observation, actor).filter(report=report))
    if not _wanted_codes(order) <= {row.code for row in values}:
        raise IncompleteResult
    now = clock.now()
    report.issued_at, report.verified_at = now, now
    report.verified_by_id = author_id(actor)
    report.owner_id = _owner_of(report, order, named)
    mark_severity(report, values)
    for row in values:
        row.status, row.issued_at = Observation.Status.FINAL, now
        row.save()
    release_if_free(report, order)
    with refusals():
        report.save()
    if order is not None and can_move(ServiceRequest.TRANSITIONS, current=order.status, to="completed"):
        move(order, "completed", transitions=ServiceRequest.TRANSITIONS)
        order.save()
    announce(ReportVerified(report.id, report.patient_id))
    return report


def _wanted_codes(order: ServiceRequest | None) -> set[str]:
    """What an order's test must have measured."""
    if order is None:
        return set()
    return {analyte.code for analyte in test_of(order).analytes if not analyte.is_optional}


def _owner_of(report: DiagnosticReport, order: ServiceRequest | None, named: Practitioner | None) -> UUID:
    """Nobody who has left (A94); who is only named must be a physician of this house."""
    seen_by = report.encounter.practitioner if report.encounter else None
    candidates: list[Practitioner | None] = [order.requester if order else None, seen_by]
    for candidate in candidates:
        if candidate is not None and candidate.active:
            return candidate.id
    if named is None or not can_own(named):
        raise NoOwner(field="owner")
    return named.id


def amend_report(
    report: DiagnosticReport,
    *,
    values: Mapping[str, str],
    reason: str,
    actor: Actor,
    version: int | None = None,
) -> DiagnosticReport:
    """Correct a final result: the old values stay in the history, the owner looks again."""
    decide(actor, "amend", report)
    report.require_version(version)
    if report.order is None or report.status not in FINAL:
        raise NotFinal
    test = test_of(report.order)
    by_code = {analyte.code: analyte for analyte in test.analytes}
    given = {by_code[code]: text for code, text in values.items() if text.strip()}
    judged = write_values(report, test, given, actor=actor)
    move(report, DiagnosticReport.Status.CORRECTED, transitions=DiagnosticReport.TRANSITIONS)
    mark_severity(report, judged)
    report.conclusion = "\n".join(part for part in (report.conclusion, reason.strip()) if part)
    report.issued_at = clock.now()
    report.verified_by_id = author_id(actor)
    report.acknowledged_at = report.acknowledged_by = None
    report.acknowledgement = ""
    with refusals():
        report.save()
    announce(ReportVerified(report.id, report.patient_id))
    return report
