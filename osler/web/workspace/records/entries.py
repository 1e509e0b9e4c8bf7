"""Entries of a chart that need no visit: problems, allergies, what the patient takes."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.models import Patient
from osler.clinic.records.allergies.recording import (
    Reaction,
    record_allergy,
    record_no_known_allergies,
)
from osler.clinic.records.conditions.diagnosing import add_problem, reopen_problem, resolve_problem
from osler.clinic.records.medications.prescribing import stop_medication
from osler.clinic.records.medications.statements import record_statement
from osler.clinic.records.models import (
    Condition,
    Encounter,
    MedicationRequest,
    MedicationStatement,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.terminology.allergens import Allergen, find_allergen
from osler.kernel.coding import Coding
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.reading import followed
from osler.web.workspace.records.attempts import attempt
from osler.web.workspace.records.bench import allergies_context, medications_context
from osler.web.workspace.records.chart import chart_page, rights_of, section_url
from osler.web.workspace.records.forms import (
    CRITICALITY,
    AllergyForm,
    ProblemForm,
    StatementForm,
)
from osler.web.workspace.records.sections import section_of
from osler.web.workspace.records.undoing import offer_undo

PARTS: dict[str, Callable[..., dict[str, Any]]] = {
    "allergies": allergies_context,
    "medications": medications_context,
}


def subject(request: HttpRequest, patient_id: UUID) -> tuple[Patient, Encounter | None]:
    """The patient of the form, and the visit whose bench it stands on."""
    actor = actor_of(request)
    patient = followed(request, get_object_or_404(scoped(Patient, actor), id=patient_id))
    require_patient(request, patient.id)
    visit_id = request.POST.get("encounter", "")
    visit = None
    if visit_id:
        visits = scoped(Encounter, actor).filter(patient=patient)
        visit = get_object_or_404(visits, id=uuid_of(visit_id))
    return patient, visit


def uuid_of(text: str) -> UUID:
    """A key out of a form; what is none names nothing."""
    try:
        return UUID(text)
    except ValueError as error:
        raise Missing from error


def answer(
    request: HttpRequest,
    patient: Patient,
    *,
    key: str,
    visit: Encounter | None,
    faulty: tuple[str, forms.Form] | None = None,
) -> HttpResponse:
    """The section or the part of the bench anew; the form with its errors if it was refused."""
    extra = dict([faulty]) if faulty else {}
    status = 422 if faulty else 200
    target = request.headers.get("HX-Target", "")
    if target == f"bench-{key}" and visit is not None:
        return _bench_part(request, key, visit, extra=extra, status=status)
    if faulty is None and not target:
        return redirect(section_url(patient, key, encounter=visit))
    return chart_page(request, patient, section=section_of(key), encounter=visit, extra=extra, status=status)


def _bench_part(
    request: HttpRequest, key: str, visit: Encounter, *, extra: dict[str, Any], status: int
) -> HttpResponse:
    actor = actor_of(request)
    record_access(Encounter, patient=visit.patient_id, entity_id=visit.id)
    context = (
        PARTS[key](visit, actor=actor) | rights_of(actor) | {"encounter": visit, "patient": visit.patient}
    )
    response = render(request, f"workspace/records/bench/{key}.html", context | extra, status=status)
    if status == 200:
        response.headers["HX-Trigger"] = "chart-changed"
    return response


@allow(Role.PHYSICIAN, reads="Condition", methods=("POST",))
def add_to_problems(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put a problem on the list."""
    patient, visit = subject(request, patient_id)
    form = ProblemForm(request.POST, auto_id="new-problem-%s")
    if form.is_valid():
        onset = form.cleaned_data["onset"]
        problem = attempt(
            form,
            lambda: add_problem(
                patient,
                code=form.cleaned_data["code"] or form.cleaned_data["words"],
                onset_at=_start_of(onset),
                encounter=visit,
                actor=actor_of(request),
            ),
        )
        if problem is not None:
            offer_undo(request, _("Problem added."), problem)
    faulty = ("problem_form", form) if form.errors else None
    return answer(request, patient, key="problems", visit=visit, faulty=faulty)


def _start_of(day: date | None) -> datetime | None:
    """The instant at which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


ON_PROBLEMS = {
    "resolve": (resolve_problem, gettext_lazy("Problem resolved.")),
    "reopen": (reopen_problem, gettext_lazy("Problem reopened.")),
}


@allow(Role.PHYSICIAN, reads="Condition", methods=("POST",))
def change_problem(request: HttpRequest, row_id: UUID, deed: str) -> HttpResponse:
    """Resolve or reopen a problem."""
    actor = actor_of(request)
    row = get_object_or_404(scoped(Condition, actor), id=row_id)
    patient, visit = subject(request, row.patient_id)
    do, said = ON_PROBLEMS[deed]
    do(row, actor=actor, version=seen_version(request))
    offer_undo(request, str(said), row)
    return answer(request, patient, key="problems", visit=visit)


@allow(Role.NURSE, Role.PHYSICIAN, reads="AllergyIntolerance", methods=("POST",))
def add_allergy(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record an allergy."""
    patient, visit = subject(request, patient_id)
    form = AllergyForm(request.POST, auto_id=_auto_id(request, "allergy"))
    if form.is_valid():
        said = form.cleaned_data
        found = find_allergen(said["code"] or said["words"])
        allergy = attempt(
            form,
            lambda: record_allergy(
                patient,
                substance=_substance(found, said["words"]),
                reaction=Reaction(
                    words=said["reaction"],
                    severity=said["severity"],
                    criticality=CRITICALITY.get(said["severity"], ""),
                    category=found.category if found else "",
                ),
                encounter=visit,
                actor=actor_of(request),
            ),
        )
        if allergy is not None:
            offer_undo(request, _("Allergy added."), allergy)
    faulty = ("allergy_form", form) if form.errors else None
    return answer(request, patient, key="allergies", visit=visit, faulty=faulty)


def _auto_id(request: HttpRequest, name: str) -> str:
    on_bench = request.headers.get("HX-Target", "").startswith("bench-")
    return f"{name}-%s" if on_bench else f"new-{name}-%s"


def _substance(found: Allergen | None, words: str) -> Coding:
    return Coding(found.system, found.code, found.display) if found else Coding("", "", words)


@allow(Role.NURSE, Role.PHYSICIAN, reads="AllergyIntolerance", methods=("POST",))
def state_no_allergies(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record that the patient knows of no allergy."""
    patient, visit = subject(request, patient_id)
    statement = record_no_known_allergies(patient, encounter=visit, actor=actor_of(request))
    offer_undo(request, _("Noted: no known allergies."), statement)
    return answer(request, patient, key="allergies", visit=visit)


@allow(Role.NURSE, Role.PHYSICIAN, reads="MedicationStatement", methods=("POST",))
def add_statement(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Record a medication that the patient takes."""
    patient, visit = subject(request, patient_id)
    form = StatementForm(request.POST, auto_id=_auto_id(request, "statement"))
    if form.is_valid():
        said = form.cleaned_data
        statement = attempt(
            form,
            lambda: record_statement(
                patient,
                drug=said["code"],
                words=said["words"],
                sig=said["sig"],
                encounter=visit,
                actor=actor_of(request),
            ),
        )
        if statement is not None:
            offer_undo(request, _("Medication added."), statement)
    faulty = ("statement_form", form) if form.errors else None
    return answer(request, patient, key="medications", visit=visit, faulty=faulty)


STOPPABLE: dict[str, type[MedicationRequest] | type[MedicationStatement]] = {
    "prescribed": MedicationRequest,
    "told": MedicationStatement,
}


@allow(Role.NURSE, Role.PHYSICIAN, reads="MedicationRequest", methods=("POST",))
def stop(request: HttpRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Stop a medication of the list."""
    actor = actor_of(request)
    model = STOPPABLE.get(kind)
    if model is None:
        raise Missing
    row = get_object_or_404(scoped(model, actor), id=row_id)
    patient, visit = subject(request, row.patient_id)
    reason = request.POST.get("reason", "").strip()[:300]
    stop_medication(row, reason=reason, actor=actor, version=seen_version(request))
    offer_undo(request, _("Medication stopped."), row)
    return answer(request, patient, key="medications", visit=visit)
