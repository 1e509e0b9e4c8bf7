"""The sections of a chart: one line a section, with what it reads."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from osler.clinic.intake.responses import responses_of
from osler.clinic.patients.models import Patient
from osler.clinic.records import history
from osler.clinic.records.allergies.recording import active_allergies
from osler.clinic.records.medications.active import active_medications, past_medications
from osler.clinic.records.mistakes.reading import wrong_entries
from osler.clinic.records.observations.areas import in_areas
from osler.clinic.records.observations.flowsheet import flowsheet
from osler.clinic.records.observations.trends import latest_lines
from osler.clinic.records.summary import LIVE, chart_summary, problem_list
from osler.foundation.access.actors import Actor
from osler.kernel.errors import Missing
from osler.web.workspace.records.forms import AllergyForm, ProblemForm, StatementForm
from osler.web.workspace.records.paging import instant_of, paged

Read = Callable[..., dict[str, Any]]


@dataclass(frozen=True)
class Section:
    """One page of the chart: its template is `workspace/records/sections/<key>.html`."""

    key: str
    label: str | Promise
    read: Read

    @property
    def template(self) -> str:
        return f"workspace/records/sections/{self.key}.html"


def _summary(patient: Patient, *, actor: Actor, **_kwargs: Any) -> dict[str, Any]:
    return {"summary": chart_summary(patient, actor=actor)}


def _problems(patient: Patient, *, actor: Actor, **_kwargs: Any) -> dict[str, Any]:
    problems = problem_list(patient, actor=actor)
    return {
        "problem_form": ProblemForm(auto_id="new-problem-%s"),
        "problems": [row for row in problems if row.clinical_status in LIVE],
        "past_problems": [row for row in problems if row.clinical_status not in LIVE],
        "wrong_entries": wrong_entries(patient, "problem", actor=actor),
    }


def _allergies(patient: Patient, *, actor: Actor, **_kwargs: Any) -> dict[str, Any]:
    return {
        "allergy_form": AllergyForm(auto_id="new-allergy-%s"),
        "allergies": list(active_allergies(patient, actor=actor).select_related("recorder")),
        "wrong_entries": wrong_entries(patient, "allergy", actor=actor),
    }


def _medications(patient: Patient, *, actor: Actor, **_kwargs: Any) -> dict[str, Any]:
    return {
        "statement_form": StatementForm(auto_id="new-statement-%s"),
        "medications": active_medications(patient, actor=actor),
        "past_medications": past_medications(patient, actor=actor),
        "wrong_entries": wrong_entries(patient, "prescribed", "told", actor=actor),
    }


def _results(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    lines = latest_lines(patient, actor=actor, category="laboratory")
    reports = paged("reports", history.reports(patient, actor=actor), request, url=url)
    return {"lines": lines, "areas": in_areas(lines), **reports}


def _vitals(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    until = instant_of(request.GET.get("until", ""))
    return {
        "sheet": flowsheet(patient, actor=actor, category="vital-signs", until=until),
        "until": until,
        "wrong_entries": wrong_entries(patient, "vital", actor=actor),
    }


def _visits(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("visits", history.visits(patient, actor=actor), request, url=url)


def _notes(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("notes", history.notes(patient, actor=actor), request, url=url)


def _orders(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("orders", history.orders(patient, actor=actor), request, url=url)


def _prevention(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("immunizations", history.immunizations(patient, actor=actor), request, url=url)


def _procedures(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("procedures", history.procedures(patient, actor=actor), request, url=url)


def _plans(patient: Patient, *, actor: Actor, request: HttpRequest, url: str) -> dict[str, Any]:
    return paged("plans", history.plans(patient, actor=actor), request, url=url)


def _answers(patient: Patient, *, actor: Actor, **_kwargs: Any) -> dict[str, Any]:
    return {"responses": list(responses_of(patient, actor=actor))}


SECTIONS = (
    Section("summary", _("Summary"), _summary),
    Section("problems", _("Problems"), _problems),
    Section("allergies", _("Allergies"), _allergies),
    Section("medications", _("Medications"), _medications),
    Section("results", _("Results"), _results),
    Section("vitals", _("Vital signs"), _vitals),
    Section("visits", _("Visits"), _visits),
    Section("notes", _("Notes"), _notes),
    Section("orders", pgettext_lazy("medical", "Orders"), _orders),
    Section("prevention", _("Immunizations"), _prevention),
    Section("procedures", _("Procedures"), _procedures),
    Section("plans", _("Care plans"), _plans),
    Section("answers", _("Patient's answers"), _answers),
)


def section_of(key: str) -> Section:
    """The section of a name; there is no other."""
    for section in SECTIONS:
        if section.key == key:
            return section
    raise Missing
