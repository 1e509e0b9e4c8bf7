"""Writing the note of a visit: saved all the time, compared when two write, signed once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from osler.clinic.records.encounters.visit import finish_encounter
from osler.clinic.records.errors import NoteConflict
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.notes.phrases import expand_phrases, note_templates
from osler.clinic.records.notes.versions import note_versions
from osler.clinic.records.notes.writing import (
    amend_note,
    autosave_note,
    compare_note,
    open_note,
    sign_note,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.ui.dates import clinic_time
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.records.attempts import attempt, visit_of
from osler.web.workspace.records.bench import bench_of
from osler.web.workspace.records.chart import chart_page
from osler.web.workspace.records.forms import AddendumForm, NoteForm
from osler.web.workspace.records.sections import section_of

CLINICIANS = (Role.NURSE, Role.PHYSICIAN)


def _saved(request: HttpRequest, visit: Encounter, form: NoteForm, parts: dict[str, str]) -> ClinicalNote:
    """The draft with these words; over a draft without any, they are never too late."""
    actor = actor_of(request)
    note = open_note(visit, actor=actor)
    version = form.cleaned_data["version"] or 0 if note.saved_at else note.version
    return autosave_note(note, parts=parts, version=version, actor=actor)


@allow(*CLINICIANS, reads="ClinicalNote", methods=("POST",))
def draft(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Keep the draft; by script with a version in return, by the button with the page."""
    visit = visit_of(request, encounter_id)
    form = NoteForm(request.POST)
    is_script = "X-Autosave" in request.headers
    if not form.is_valid():
        return (
            JsonResponse({"errors": form.errors}, status=422) if is_script else _again(request, visit, form)
        )
    parts = form.parts()
    if not is_script:
        parts = {part: expand_phrases(words) for part, words in parts.items()}
    try:
        note = _saved(request, visit, form, parts)
    except NoteConflict as conflict:
        if is_script:
            return JsonResponse({"message": str(conflict)}, status=412)
        return _comparison(request, visit, parts)
    if is_script:
        return JsonResponse({"version": note.version, "saved": clinic_time(note.saved_at)})
    return redirect("encounter", visit.id)


@allow(*CLINICIANS, reads="ClinicalNote", methods=("POST",))
def compare(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """The stored words beside those that were refused, part by part."""
    visit = visit_of(request, encounter_id)
    form = NoteForm(request.POST)
    form.is_valid()
    return _comparison(request, visit, form.parts())


def _comparison(request: HttpRequest, visit: Encounter, parts: dict[str, str]) -> HttpResponse:
    note = open_note(visit, actor=actor_of(request))
    context: dict[str, Any] = {
        "encounter": visit,
        "patient": visit.patient,
        "note": note,
        "comparison": compare_note(note, parts=parts),
    }
    if request.headers.get("HX-Request"):
        return render(request, "workspace/records/bench/conflict.html", context)
    extra = context | {"bench_template": "workspace/records/bench/conflict.html"}
    return chart_page(
        request,
        visit.patient,
        section=section_of("summary"),
        encounter=visit,
        extra=extra,
        status=412,
    )


@allow(*CLINICIANS, reads="ClinicalNote", methods=("POST",))
def insert_template(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Put a template's words into the parts that are still empty."""
    visit = visit_of(request, encounter_id)
    form = NoteForm(request.POST)
    template = note_templates().get(request.POST.get("template", ""))
    if form.is_valid() and template is not None:
        parts = form.parts()
        filled = {
            part: words if words.strip() else expand_phrases(template.parts[part])
            for part, words in parts.items()
        }
        try:
            _saved(request, visit, form, filled)
        except NoteConflict:
            return _comparison(request, visit, parts)
    if not request.headers.get("HX-Request"):
        return redirect("encounter", visit.id)
    bench = bench_of(visit, actor=actor_of(request), wanted="note")
    context = bench | {"encounter": visit, "patient": visit.patient}
    return render(request, "workspace/records/bench/note_form.html", context)


@allow(*CLINICIANS, reads="ClinicalNote", methods=("POST",))
def sign(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Save the last words, sign, and finish the visit if asked to; all or nothing."""
    visit = visit_of(request, encounter_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, visit, form)
    try:
        with transaction.atomic():
            note = _saved(request, visit, form, form.parts())
            sign_note(note, actor=actor_of(request))
            if "finish" in request.POST:
                visit.refresh_from_db()
                finish_encounter(visit, actor=actor_of(request))
    except NoteConflict:
        return _comparison(request, visit, form.parts())
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _again(request, visit, form)
    notify(request, _("Signed. Later words are an addendum."))
    return redirect("encounter", visit.id)


def _again(request: HttpRequest, visit: Encounter, form: NoteForm) -> HttpResponse:
    extra = bench_of(visit, actor=actor_of(request), wanted="note") | {"note_form": form}
    return chart_page(
        request,
        visit.patient,
        section=section_of("summary"),
        encounter=visit,
        extra=extra,
        status=422,
    )


@allow(*CLINICIANS, reads="ClinicalNote", methods=("POST",))
def amend(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Add an addendum to a signed note."""
    actor = actor_of(request)
    note = get_object_or_404(scoped(ClinicalNote, actor), id=note_id)
    require_patient(request, note.patient_id)
    record_access(ClinicalNote, patient=note.patient_id, entity_id=note.id)
    form = AddendumForm(request.POST, auto_id="addendum-%s")
    if form.is_valid():
        attempt(form, lambda: amend_note(note, words=form.cleaned_data["words"], actor=actor))
    if form.errors:
        notify(request, " ".join(form.errors.get("words", [_("Nothing was added.")])), is_failure=True)
    else:
        notify(request, _("Addendum signed."))
    return redirect("encounter", note.encounter_id)


@allow(*CLINICIANS, reads="ClinicalNote", methods=("GET",))
def versions(request: HttpRequest, note_id: UUID) -> HttpResponse:
    """Every saved state of a note, for whoever may write it."""
    actor = actor_of(request)
    notes = scoped(ClinicalNote, actor).select_related("patient", "author", "encounter")
    note = get_object_or_404(notes, id=note_id)
    record_access(ClinicalNote, patient=note.patient_id, entity_id=note.id, detail="versions")
    context = {"note": note, "patient": note.patient, "versions": note_versions(note, actor=actor)}
    return render(request, "workspace/records/versions.html", context)
