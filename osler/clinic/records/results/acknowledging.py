"""The owner's act: acknowledge a result, or hand it to a colleague."""

from osler.clinic.records.authorship import author_id
from osler.clinic.records.errors import AlreadyAcknowledged, NoOwner, NotFinal
from osler.clinic.records.models import DiagnosticReport
from osler.clinic.records.results.releasing import FINAL
from osler.foundation.access.actors import Actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import Role
from osler.foundation.directory.models import Practitioner
from osler.kernel import clock


def acknowledge_report(
    report: DiagnosticReport, *, actor: Actor, note: str = "", version: int | None = None
) -> DiagnosticReport:
    """Say that the result has been seen and what follows from it."""
    decide(actor, "acknowledge", report)
    report.require_version(version)
    _require_waiting(report)
    report.acknowledged_at = clock.now()
    report.acknowledged_by_id = author_id(actor)
    report.acknowledgement = note.strip()
    report.save()
    return report


def reopen_report(report: DiagnosticReport, *, actor: Actor, version: int | None = None) -> DiagnosticReport:
    """Put an acknowledged result back into the owner's inbox: the undo of an acknowledgement."""
    decide(actor, "acknowledge", report)
    report.require_version(version)
    if report.acknowledged_at is None:
        return report
    report.acknowledged_at = report.acknowledged_by = None
    report.acknowledgement = ""
    report.save()
    return report


def forward_report(
    report: DiagnosticReport,
    *,
    to: Practitioner,
    actor: Actor,
    version: int | None = None,
) -> DiagnosticReport:
    """Hand the result to another physician, who owns it from now on."""
    decide(actor, "forward", report)
    report.require_version(version)
    _require_waiting(report)
    if not can_own(to):
        raise NoOwner(field="to")
    report.owner = to
    report.save()
    return report


def _require_waiting(report: DiagnosticReport) -> None:
    if report.status not in FINAL:
        raise NotFinal
    if report.acknowledged_at is not None:
        raise AlreadyAcknowledged


def can_own(practitioner: Practitioner) -> bool:
    """Whether a practitioner is here as a physician with an account, and so has an inbox."""
    if not practitioner.active or practitioner.user_id is None:
        return False
    return RoleAssignment.objects.filter(
        user_id=practitioner.user_id, role=Role.PHYSICIAN, ended_at=None
    ).exists()
