"""Results and medications in the portal: released ones, in plain words."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from osler.clinic.patients.models import Patient
from osler.clinic.records.medications.active import active_medications
from osler.clinic.records.models import DiagnosticReport, MedicationRequest, Observation
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.foundation.terminology.laboratory import explanation_of
from osler.foundation.ui.paging import keyset_page
from osler.kernel.errors import Missing
from osler.web.portal.own import actor_of, own

TREND = 8


@own("DiagnosticReport", methods=("GET",))
def results(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`results/`."""
    actor = actor_of(request)
    record_access(DiagnosticReport, patient=patient.id)
    reports, page = keyset_page(scoped(DiagnosticReport, actor), request, key=("issued_at", "id"))
    return render(request, "portal/results.html", {"patient": patient, "reports": reports, "page": page})


@own("DiagnosticReport", methods=("GET",))
def result(request: HttpRequest, patient: Patient, report_id: UUID) -> HttpResponse:
    """One result: each value with its meaning and its course over time."""
    actor = actor_of(request)
    report = scoped(DiagnosticReport, actor).select_related("owner").filter(pk=report_id).first()
    if report is None:
        raise Missing
    record_access(DiagnosticReport, patient=patient.id, entity_id=report.id)
    values = list(scoped(Observation, actor).filter(report=report).order_by("display", "id"))
    courses = _courses(request, {value.code for value in values})
    lines = [
        (value, courses.get(value.code, []), explanation_of(value.code, actor.language)) for value in values
    ]
    return render(request, "portal/result.html", {"patient": patient, "report": report, "lines": lines})


def _courses(request: HttpRequest, codes: set[str]) -> dict[str, list[float]]:
    """The last values of each code, oldest first, in one query."""
    actor = actor_of(request)
    found = (
        scoped(Observation, actor)
        .filter(code__in=codes, value__isnull=False)
        .order_by("-effective_at", "-id")
    )
    courses: dict[str, list[float]] = {}
    for code, value in found.values_list("code", "value")[: 40 * max(len(codes), 1)]:
        if len(courses.setdefault(code, [])) < TREND:
            courses[code].insert(0, value)
    return courses


@own("MedicationRequest", methods=("GET",))
def medications(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`medications/`."""
    actor = actor_of(request)
    record_access(MedicationRequest, patient=patient.id)
    listed = active_medications(patient, actor=actor)
    return render(request, "portal/medications.html", {"patient": patient, "medications": listed})
