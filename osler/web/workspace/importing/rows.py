"""The rows of an import by what became of them, and the decision on one that resembles somebody."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.importing.deciding import (
    held_row,
    leave_out_certain,
    leave_out_row,
    register_row,
    reopen_row,
)
from osler.clinic.patients.importing.reporting import heading_of, patients_of, rows_by_fate, tally_of
from osler.clinic.patients.importing.words import level_words, note_words, reason_words
from osler.clinic.patients.matching import Likeness
from osler.clinic.patients.models import ImportContent, ImportRow, Patient, PatientImport
from osler.foundation.access.actors import Actor
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.foundation.ui.shell import Tab
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.importing.listing import IMPORTERS, find_import
from osler.web.workspace.patients.registering import seen_likenesses

Fate = ImportRow.Fate
VIEWS = {
    "held": (Fate.HELD,),
    "refused": (Fate.REFUSED,),
    "new": (Fate.CREATED, Fate.APART),
    "known": (Fate.KNOWN, Fate.AMENDED),
    "same": (Fate.SAME,),
}


@allow(*IMPORTERS, reads="Patient", methods=("GET",))
def rows(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """One kind of rows, in the order of the file."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    view = request.GET.get("view", "")
    view = view if view in VIEWS else "held"
    shown, page = keyset_page(rows_by_fate(found, VIEWS[view], actor=actor), request, key=("+number",))
    patients = patients_of(shown, actor=actor)
    record_access(Patient, patients=patients, detail="rows of an import")
    tally = tally_of(found, actor=actor)
    context = {
        "found": found,
        "view": view,
        "lines": [_line(row, patients, _header(found)) for row in shown],
        "page": page,
        "tabs": _tabs(found, view, actor),
        "certain": tally.certain if view == "held" and not found.is_trial else 0,
    }
    return render(request, "workspace/importing/rows.html", context)


def _header(found: PatientImport) -> list[str]:
    content = ImportContent.objects.filter(patient_import_id=found.id).first()
    header: list[str] = content.read_sample()["header"] if content else []
    return header


def _line(row: ImportRow, patients: dict[UUID, Patient], header: list[str]) -> dict[str, Any]:
    return {
        "row": row,
        "made": patients.get(row.made_id) if row.made_id else None,
        "like": patients.get(row.like_id) if row.like_id else None,
        "reason": reason_words(row.reason) if row.reason else "",
        "column": heading_of(header, row.place),
        "notes": note_words(row.notes),
        "levels": level_words(row.levels),
    }


def _tabs(found: PatientImport, view: str, actor: Actor) -> list[Tab]:
    tally = tally_of(found, actor=actor)
    words = {
        "held": _("To decide"),
        "refused": _("Refused"),
        "new": _("Would be registered") if found.is_trial else _("Registered"),
        "known": _("Known already"),
        "same": _("Left out"),
    }
    address = reverse("import-rows", args=[found.id])
    return [
        Tab(word, f"{address}?view={key}", key == view, tally.of(*VIEWS[key])) for key, word in words.items()
    ]


@allow(*IMPORTERS, reads="Patient", methods=("GET",))
def row(request: HttpRequest, import_id: UUID, number: int) -> HttpResponse:
    """A row beside whom it resembles."""
    return _row_page(request, find_import(actor_of(request), import_id), number)


def _row_page(
    request: HttpRequest,
    found: PatientImport,
    number: int,
    *,
    likenesses: list[Likeness] | None = None,
    status: int = 200,
) -> HttpResponse:
    held = held_row(found, number, actor=actor_of(request))
    shown = held.likenesses if likenesses is None else likenesses
    record_access(Patient, patients=[one.patient.id for one in shown], detail=f"row {number} of an import")
    context = {
        "found": found,
        "held": held,
        "row": held.row,
        "likenesses": shown,
        "is_warning": True,
        "levels": level_words(held.row.levels),
        "is_changed": likenesses is not None,
        "is_open": held.row.fate == Fate.HELD and not found.is_trial,
        "is_left_out": held.row.fate == Fate.SAME,
    }
    return render(request, "workspace/importing/row.html", context, status=status)


@allow(*IMPORTERS, methods=("POST",))
def leave_out(request: HttpRequest, import_id: UUID, number: int) -> HttpResponse:
    """The same person."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    leave_out_row(found, number, actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail=f"row {number}: same person")
    undo = reverse("import-row-reopen", args=[found.id, number])
    notify(request, _("Row %(number)s is left out.") % {"number": number}, undo_url=undo)
    return redirect(f"{reverse('import-rows', args=[found.id])}?view=held")


@allow(*IMPORTERS, methods=("POST",))
def reopen(request: HttpRequest, import_id: UUID, number: int) -> HttpResponse:
    """Decide again."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    reopen_row(found, number, actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail=f"row {number}: to decide again")
    notify(request, _("Row %(number)s waits to be decided again.") % {"number": number})
    return redirect("import-row", import_id=found.id, number=number)


@allow(*IMPORTERS, reads="Patient", methods=("POST",))
def register(request: HttpRequest, import_id: UUID, number: int) -> HttpResponse:
    """Another person."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    try:
        with transaction.atomic():
            patient = register_row(found, number, seen=seen_likenesses(request), actor=actor)
    except LikelyDuplicate as refusal:
        shown = list(refusal.likenesses)
        return _row_page(request, found, number, likenesses=shown, status=refusal.status)
    except Refusal as refusal:
        notify(request, str(refusal), is_failure=True)
        return redirect("import-row", import_id=found.id, number=number)
    patient.refresh_from_db(fields=["mrn"])
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="registered")
    notify(request, _("%(name)s is registered, MRN %(mrn)s.") % {"name": patient, "mrn": patient.mrn})
    return redirect(f"{reverse('import-rows', args=[found.id])}?view=held")


@allow(*IMPORTERS, methods=("POST",))
def leave_out_all(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """All that are almost certainly the same person."""
    actor = actor_of(request)
    found = find_import(actor, import_id)
    count = leave_out_certain(found, actor=actor)
    record_access(PatientImport, entity_id=found.id, action="E", detail=f"{count} rows: same person")
    notify(request, _("%(count)s rows are left out. Each can be decided again.") % {"count": count})
    return redirect(f"{reverse('import-rows', args=[found.id])}?view=held")
