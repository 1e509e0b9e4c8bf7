"""Taking back what was entered by mistake, and undoing the last step."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.errors import NothingMeasured, UnknownReason
from osler.clinic.records.mistakes.kinds import KINDS, REASONS, Entry, Kind
from osler.clinic.records.mistakes.marking import enter_in_error
from osler.clinic.records.mistakes.undoing import undo_step
from osler.clinic.records.models import Condition, Encounter, Observation
from osler.clinic.records.summary import problem_list
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.records import decisions, entries
from osler.web.workspace.records.undoing import offer_undo

LISTS = {
    "allergy": "allergies",
    "problem": "problems",
    "vital": "vitals",
    "prescribed": "medications",
    "told": "medications",
    "order": "orders",
}


def _kind(name: str) -> Kind:
    kind = KINDS.get(name)
    if kind is None:
        raise Missing
    return kind


def _why(request: HttpRequest) -> str:
    reason = request.POST.get("reason", "")
    if reason not in REASONS:
        raise UnknownReason(field="reason")
    return reason


@allow(Role.NURSE, Role.PHYSICIAN, reads="Patient", methods=("POST",))
def mark(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Mark an entry as wrong, for a reason."""
    actor = actor_of(request)
    row = get_object_or_404(scoped(_kind(kind).model, actor), id=row_id)
    patient, visit = entries.subject(request, row.patient_id)
    enter_in_error(row, why=_why(request), actor=actor, version=seen_version(request))
    said = _("Marked as a wrong entry.")
    if isinstance(row, Condition) and _stands_elsewhere(row, patient, request):
        said = _("Marked as a wrong entry. The same stands in the chart from another day.")
    offer_undo(request, said, row)
    return _answer(request, patient, kind, visit)


def _stands_elsewhere(row: Condition, patient: Patient, request: HttpRequest) -> bool:
    same = (row.system, row.code, row.display)
    problems = problem_list(patient, actor=actor_of(request))
    return any((other.system, other.code, other.display) == same for other in problems)


@allow(Role.NURSE, Role.PHYSICIAN, reads="Observation", methods=("POST",))
def mark_vitals(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Mark some or all vital signs of a set as wrong."""
    actor = actor_of(request)
    patient, visit = entries.subject(request, patient_id)
    why, marked = _why(request), dict[UUID, Entry]()
    for said in request.POST.getlist("entry")[:50]:
        row_id, _dash, version = said.partition(" ")
        row_key = entries.uuid_of(row_id)
        if row_key in marked:  # it went with the weight or height that it was computed from
            continue
        rows = scoped(Observation, actor).filter(patient=patient, category="vital-signs")
        row = get_object_or_404(rows, id=row_key)
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        for entry in enter_in_error(row, why=why, actor=actor, version=number):
            marked[entry.id] = entry
    if not marked:
        raise NothingMeasured(_("Choose what is wrong."))
    offer_undo(request, _("Marked as a wrong entry."), next(iter(marked.values())))
    return _answer(request, patient, "vital", visit)


@allow(Role.NURSE, Role.PHYSICIAN, reads="Patient", methods=("POST",))
def undo(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Undo the step that the toast told of, or bring back a wrong entry that was right."""
    actor = actor_of(request)
    row = get_object_or_404(scoped(_kind(kind).model, actor), id=row_id)
    patient, visit = entries.subject(request, row.patient_id)
    undo_step(row, version=seen_version(request), actor=actor)
    notify(request, _("Undone."))
    return _answer(request, patient, kind, visit)


def _answer(request: HttpRequest, patient: Patient, kind: str, visit: Encounter | None) -> HttpResponse:
    """The part of the page anew that the form stood on; without scripts the page."""
    part = request.headers.get("HX-Target", "").removeprefix("bench-")
    if visit is not None and part in decisions.PARTS:
        record_access(Encounter, patient=patient.id, entity_id=visit.id)
        return decisions.answer(request, visit, part)
    wanted = request.POST.get("next", "")
    if wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None):
        return redirect(wanted)
    return entries.answer(request, patient, key=LISTS[kind], visit=visit)
