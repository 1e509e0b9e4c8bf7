"""One import: how it stands, and what can be done with it now."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.importing.preparing import (
    discard_import,
    earlier_imports,
    start_run,
    stop_import,
)
from osler.clinic.patients.importing.purging import KEPT_DAYS
from osler.clinic.patients.importing.reporting import Tally, tally_of
from osler.clinic.patients.jobs import go_on
from osler.clinic.patients.models import ImportRow, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.importing.listing import IMPORTERS, find_import

Fate, Status = ImportRow.Fate, PatientImport.Status


@allow(*IMPORTERS, methods=("GET",))
def one_import(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The page: counts alone, no person is named."""
    return render(request, "workspace/importing/import.html", _context(actor_of(request), import_id))


@allow(*IMPORTERS, polls=True, methods=("GET",))
def state(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """The part of it that is asked for again while rows are taken in."""
    return render(request, "workspace/importing/state.html", _context(actor_of(request), import_id))


def _context(actor: Actor, import_id: UUID) -> dict[str, Any]:
    found = find_import(actor, import_id)
    tally = tally_of(found, actor=actor)
    return {
        "found": found,
        "tally": tally,
        "tiles": _tiles(found, tally),
        "held": tally.of(Fate.HELD),
        "refused": tally.of(Fate.REFUSED),
        "alike": tally.of(Fate.HELD, Fate.SAME, Fate.APART),
        "new": tally.of(Fate.CREATED),
        "earlier": earlier_imports(found, actor=actor),
        "kept_days": KEPT_DAYS,
    }


def _tiles(found: PatientImport, tally: Tally) -> list[tuple[str, int, str, str]]:
    """Label, count, address of the rows, tone."""
    trial = found.is_trial
    shown = (
        (_("Would be registered") if trial else _("Registered"), (Fate.CREATED, Fate.APART), "new", ""),
        (_("Known already"), (Fate.KNOWN, Fate.AMENDED), "known", ""),
        (_("Would be held back") if trial else _("To decide"), (Fate.HELD,), "held", "warn"),
        (_("Same person, left out"), (Fate.SAME,), "same", ""),
        (_("Would be refused") if trial else _("Refused"), (Fate.REFUSED,), "refused", "danger"),
    )
    address = reverse("import-rows", args=[found.id])
    tiles = []
    for label, fates, view, tone in shown:
        count = tally.of(*fates)
        if count or view != "same":
            tiles.append((label, count, f"{address}?view={view}" if count else "", tone if count else ""))
    return tiles


@allow(*IMPORTERS, methods=("POST",))
def run(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Begin, or go on."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    start_run(found, version=seen_version(request), actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail="import started")
    go_on(found)
    return redirect("import", import_id=found.id)


@allow(*IMPORTERS, methods=("POST",))
def stop(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Stop after the rows that are being taken in."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    stop_import(found, version=seen_version(request), actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail="import stopped")
    notify(request, _("Stopped. What was registered stays."))
    return redirect("import", import_id=found.id)


@allow(*IMPORTERS, methods=("POST",))
def discard(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Throw the file away."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    discard_import(found, version=seen_version(request), actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail="file discarded")
    notify(request, _("%(file)s is deleted. Nobody was registered from it.") % {"file": found.name})
    return redirect("imports")
