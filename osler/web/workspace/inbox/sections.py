"""The sections of the inbox: each area that has something waiting adds one line here."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.records.models import DiagnosticReport
from osler.clinic.records.results.worklists import inbox_reports, ownerless_reports
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may
from osler.web.workspace.inbox.entries import InboxEntry
from osler.web.workspace.messages.waiting import waiting_entries


@dataclass(frozen=True)
class InboxSection:
    """A kind of thing that waits: `entries` reads it, `template` draws the opened one."""

    key: str
    label: str | Promise
    entries: Callable[[Actor], list[InboxEntry]]


def _result_entries(actor: Actor) -> list[InboxEntry]:
    """Results that the actor answers for; a nurse answers for none."""
    if not may(actor, "acknowledge", DiagnosticReport):
        return []
    return [_result_entry(report) for report in inbox_reports(actor=actor)]


def _ownerless_entries(actor: Actor) -> list[InboxEntry]:
    """Abnormal results whose owner is gone: every physician sees them until one takes them."""
    if not may(actor, "acknowledge", DiagnosticReport):
        return []
    return [_result_entry(report) for report in ownerless_reports(actor=actor)]


def _result_entry(report: DiagnosticReport) -> InboxEntry:
    rank = 0 if report.is_critical else 1 if report.is_abnormal else 2
    return InboxEntry(
        id=report.id,
        patient_id=report.patient_id,
        title=report.patient.list_name,
        who=report.patient.mrn,
        what=report.display,
        at=report.issued_at,
        url=reverse("report", args=[report.id]),
        rank=rank,
        flag=("critical", "abnormal", "")[rank],
    )


SECTIONS: list[InboxSection] = [
    InboxSection("results", _("Results"), _result_entries),
    InboxSection("ownerless", _("Without an owner"), _ownerless_entries),
    InboxSection("messages", _("Messages"), waiting_entries),
]
