"""The inbox: everything that waits for the actor, the most urgent first."""

import itertools
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.actors import Actor
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.kernel import clock
from osler.web.workspace.inbox.entries import InboxEntry
from osler.web.workspace.inbox.sections import SECTIONS


@allow(Role.PHYSICIAN, Role.NURSE, reads="DiagnosticReport", methods=("GET",))
def inbox(request: HttpRequest) -> HttpResponse:
    """The list of what waits; `?section=` narrows it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    wanted = request.GET.get("section", "")
    found = {section.key: section.entries(actor) for section in SECTIONS}
    shown = [found[wanted]] if wanted in found else list(found.values())
    entries = sorted(itertools.chain.from_iterable(shown), key=by_urgency)
    record_access(DiagnosticReport, patients=[entry.patient_id for entry in entries], detail="inbox")
    context = {
        "entries": entries,
        "wanted": wanted,
        "total": sum(len(rows) for rows in found.values()),
        "critical": sum(entry.rank == 0 for rows in found.values() for entry in rows),
        "filters": [(section.key, section.label, len(found[section.key])) for section in SECTIONS],
    }
    return render(request, "workspace/inbox/inbox.html", context)


def by_urgency(entry: InboxEntry) -> tuple[int, datetime]:
    """Critical, abnormal, the rest; the oldest first."""
    return (entry.rank, entry.at or clock.now())
