"""When the patient sees a result: at once, unless the physician wants to speak first."""

from osler.clinic.records.errors import NotFinal
from osler.clinic.records.events import ReportReleased
from osler.clinic.records.models import DiagnosticReport, ServiceRequest
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock

FINAL = frozenset({"final", "amended", "corrected", "appended"})


def release_if_free(report: DiagnosticReport, order: ServiceRequest | None) -> None:
    """Release with the verification unless the order holds it; the caller saves."""
    if (order is not None and order.hold_release) or report.released_at is not None:
        return
    report.released_at = clock.now()
    announce(ReportReleased(report.id, report.patient_id))


def release_report(report: DiagnosticReport, *, actor: Actor, version: int | None = None) -> DiagnosticReport:
    """Let the patient see a held result; releasing twice changes nothing."""
    decide(actor, "release", report)
    report.require_version(version)
    if report.status not in FINAL:
        raise NotFinal
    if report.released_at is None:
        report.released_at = clock.now()
        report.save()
        announce(ReportReleased(report.id, report.patient_id))
    return report
