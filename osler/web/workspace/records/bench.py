"""The bench: where nurse and physician write while the chart stays open beside it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.patients.models import Patient
from osler.clinic.records.allergies.recording import active_allergies
from osler.clinic.records.encounters.reading import diagnoses_of, orders_of, prescriptions_of
from osler.clinic.records.medications.active import active_medications
from osler.clinic.records.models import ClinicalNote, Encounter
from osler.clinic.records.notes.phrases import note_templates, phrases
from osler.clinic.records.observations.trends import latest_lines, vitals_in_order
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.ui.shell import Tab
from osler.kernel import clock
from osler.web.workspace.records.forms import (
    AllergyForm,
    DiagnosisForm,
    FollowUpForm,
    NoteForm,
    OrderForm,
    PrescriptionForm,
    StatementForm,
    VitalsForm,
)

SMALL_CHILD_DAYS = 3 * 365


def bench_of(encounter: Encounter, *, actor: Actor, wanted: str = "") -> dict[str, Any]:
    """What the bench shows: the note for physicians, the intake for nurses, or the one asked for."""
    default = "note" if actor.has_role(Role.PHYSICIAN) else "intake"
    kind = wanted if wanted in ("note", "intake") else default
    url = reverse("encounter", args=[encounter.id])
    context: dict[str, Any] = {
        "bench_template": f"workspace/records/bench/{kind}.html",
        "bench_tabs": [
            Tab(_("Note"), f"{url}?bench=note", current=kind == "note"),
            Tab(_("Intake"), f"{url}?bench=intake", current=kind == "intake"),
        ],
        "may_diagnose": actor.has_role(Role.PHYSICIAN),
    }
    reader = _note_bench if kind == "note" else _intake_bench
    return context | reader(encounter, actor=actor)


def _note_bench(encounter: Encounter, *, actor: Actor) -> dict[str, Any]:
    note = draft_of(encounter, actor=actor)
    context: dict[str, Any] = {
        "note": note,
        "note_form": NoteForm(initial=_initial(note)),
        "note_templates": note_templates().values(),
        "phrases": phrases().values(),
        "diagnoses": diagnoses_of(encounter, actor=actor),
        "prescriptions": prescriptions_of(encounter, actor=actor),
        "visit_orders": orders_of(encounter, actor=actor),
    }
    if actor.has_role(Role.PHYSICIAN):
        context |= {
            "diagnosis_form": DiagnosisForm(auto_id="diagnosis-%s"),
            "prescription_form": PrescriptionForm(auto_id="prescription-%s"),
            "order_form": OrderForm(auto_id="order-%s"),
            "follow_up_form": FollowUpForm(auto_id="follow-up-%s"),
        }
    return context


def draft_of(encounter: Encounter, *, actor: Actor) -> ClinicalNote | None:
    """The actor's unsigned note of this visit, if it was begun."""
    return (
        scoped(ClinicalNote, actor)
        .filter(encounter=encounter, author_id=actor.practitioner_id)
        .filter(status="preliminary", amends=None)
        .order_by("id")
        .first()
    )


def _initial(note: ClinicalNote | None) -> dict[str, Any]:
    if note is None:
        return {"version": 0}
    return {
        "version": note.version,
        "subjective": note.subjective,
        "objective": note.objective,
        "assessment": note.assessment,
        "plan": note.plan,
    }


def _intake_bench(encounter: Encounter, *, actor: Actor) -> dict[str, Any]:
    return {
        **vitals_context(encounter, actor=actor),
        **allergies_context(encounter, actor=actor),
        **medications_context(encounter, actor=actor),
    }


def vitals_context(encounter: Encounter, *, actor: Actor, form: VitalsForm | None = None) -> dict[str, Any]:
    """The inputs with the last values beside them, and what was taken in this visit."""
    lines = latest_lines(encounter.patient, actor=actor, last=2, category="vital-signs")
    shown = form or VitalsForm()
    rows = shown.rows(
        {line.code: line.latest for line in lines},
        is_small_child=is_small_child(encounter.patient),
    )
    return {
        "vitals_form": shown,
        "vital_rows": rows,
        "has_last": any(row.last for row in rows),
        "taken": [line for line in vitals_in_order(lines) if line.latest.encounter_id == encounter.id],
    }


def is_small_child(patient: Patient) -> bool:
    """Younger than three years: the head is measured."""
    born = patient.birth_date
    return born is not None and (clock.today() - born).days < SMALL_CHILD_DAYS


def allergies_context(encounter: Encounter, *, actor: Actor) -> dict[str, Any]:
    """Standing allergies and the form for a new one."""
    return {
        "allergies": list(active_allergies(encounter.patient, actor=actor)),
        "allergy_form": AllergyForm(auto_id="allergy-%s"),
    }


def medications_context(encounter: Encounter, *, actor: Actor) -> dict[str, Any]:
    """What is taken now and the form for what the patient tells."""
    return {
        "medications": active_medications(encounter.patient, actor=actor),
        "statement_form": StatementForm(auto_id="statement-%s"),
    }
