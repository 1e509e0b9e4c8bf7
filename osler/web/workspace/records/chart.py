"""The chart as a page: banner, sections at the left, content, and the bench of an open visit."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from osler.clinic.patients.models import Patient
from osler.clinic.records.finding import find_in_chart
from osler.clinic.records.models import Condition, Encounter, MedicationRequest, ServiceRequest
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.audit.access import record_access
from osler.foundation.ui.shell import NavigationEntry
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.reading import followed
from osler.web.workspace.records.banner import chart_banner
from osler.web.workspace.records.paging import ROWS
from osler.web.workspace.records.sections import SECTIONS, Section, section_of

CHART = "chart"  # id of the element into which sections are swapped


def rights_of(actor: Actor) -> dict[str, bool]:
    """What the pages of the chart offer to this actor."""
    return {
        "may_diagnose": may(actor, "diagnose", Condition),
        "may_prescribe": may(actor, "prescribe", MedicationRequest),
        "may_order": may(actor, "order", ServiceRequest),
    }


def chart(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The first page of a chart, for nurse and physician."""
    return chart_page(request, _patient(request, patient_id), section=section_of("summary"))


@allow(Role.NURSE, Role.PHYSICIAN, reads="Patient", methods=("GET",))
def chart_section(request: HttpRequest, patient_id: UUID, key: str) -> HttpResponse:
    """One section of a chart."""
    return chart_page(request, _patient(request, patient_id), section=section_of(key))


def _patient(request: HttpRequest, patient_id: UUID) -> Patient:
    return followed(request, get_object_or_404(scoped(Patient, actor_of(request)), id=patient_id))


def chart_page(
    request: HttpRequest,
    patient: Patient,
    *,
    section: Section,
    encounter: Encounter | None = None,
    extra: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render a section with its frame, or alone when only the middle is asked for."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail=f"chart: {section.key}")
    query = request.GET.get("find", "").strip()
    url = section_url(patient, section.key, encounter=encounter)
    context: dict[str, Any] = {
        **rights_of(actor),
        "patient": patient,
        "encounter": encounter,
        "section": section,
        "section_url": url,
        "here": request.get_full_path() if request.method == "GET" else url,
        "sections": navigation_of(patient, section=section, encounter=encounter),
        "section_template": "workspace/records/found.html" if query else section.template,
        "find": query,
        "printed_at": clock.now(),
    }
    if query:
        context["found"] = find_in_chart(patient, query, actor=actor)
    else:
        context |= section.read(patient, actor=actor, request=request, url=url)
    context |= extra or {}
    is_middle = request.headers.get("HX-Target") in (CHART, ROWS)
    if not is_middle or _has_changed(request):
        context["banner"] = chart_banner(patient, actor=actor, encounter=encounter)
    if is_middle:
        return render(request, "workspace/records/middle.html", context, status=status)
    return render(request, "workspace/records/chart.html", context, status=status)


def _has_changed(request: HttpRequest) -> bool:
    """Whether the middle is drawn anew because of a change: then the banner is, too."""
    return request.method == "POST" or request.headers.get("HX-Trigger") == "chart-content"


def navigation_of(
    patient: Patient, *, section: Section, encounter: Encounter | None
) -> list[NavigationEntry]:
    """The sections as links; within a visit they keep the bench open."""
    return [
        NavigationEntry(
            entry.label,
            section_url(patient, entry.key, encounter=encounter),
            icon="",
            current=entry.key == section.key,
        )
        for entry in SECTIONS
    ]


def section_url(patient: Patient, key: str, *, encounter: Encounter | None = None) -> str:
    """Where a section is, in the chart or beside the bench of a visit."""
    if encounter is not None:
        return reverse("encounter", args=[encounter.id]) + f"?section={key}"
    if key == "summary":
        return f"/patients/{patient.id}/"
    return reverse("chart-section", args=[patient.id, key])
