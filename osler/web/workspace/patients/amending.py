"""Changing what is known of a patient; two who change at once are shown both versions."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from osler.clinic.patients.at_the_desk import amend_at_desk
from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.families import ADDRESS, living_elsewhere
from osler.clinic.patients.models import Patient
from osler.clinic.patients.own_values import own_values
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.ui.dates import clinic_date
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal, StaleVersion
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.forms import AmendmentForm
from osler.web.workspace.patients.reading import open_patient


@dataclass(frozen=True)
class Difference:
    """A field that two people have given different values."""

    label: str | Promise
    field_id: str
    saved: str
    typed: str


@allow(Role.RECEPTION, Role.NURSE, reads="Patient", methods=("GET", "POST"))
def edit(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, and the deed."""
    patient = open_patient(request, patient_id, detail="edit", action="amend")
    actor = actor_of(request)
    layout = layout_in_force(actor=actor)
    initial = {name: getattr(patient, name) for name in AmendmentForm.PERSON}
    initial |= {name: one.value for name, one in own_values(patient, actor=actor).items()}
    if request.method != "POST":
        return _page(request, patient, AmendmentForm(initial=initial, layout=layout))
    form = AmendmentForm(request.POST, initial=initial, layout=layout)
    if not form.is_valid():
        return _page(request, patient, form, status=422, version=seen_version(request))
    saved = _words(AmendmentForm(initial=initial, layout=layout))
    try:
        with transaction.atomic():
            typed = form.typed() | form.person()
            amend_at_desk(patient, typed=typed, version=seen_version(request), actor=actor)
    except StaleVersion:
        return _page(request, patient, form, status=412, differences=_differences(form, saved))
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, patient, form, status=refusal.status, version=seen_version(request))
    notify(request, _("Saved."))
    if any(saved[name] != _words(form)[name] for name in ADDRESS) and living_elsewhere(
        patient, actor=actor_of(request)
    ):
        return redirect("family-move", patient_id=patient.id)
    return redirect("patient", patient_id=patient.id)


def _page(
    request: HttpRequest,
    patient: Patient,
    form: AmendmentForm,
    *,
    status: int = 200,
    version: int | None = None,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    if form.is_bound:
        patient.refresh_from_db()
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "form": form,
        "version": version if version is not None else patient.version,
        "differences": differences,
    }
    return render(request, "workspace/patients/edit.html", context, status=status)


def _differences(form: AmendmentForm, saved: dict[str, str]) -> list[Difference]:
    typed = _words(form)
    return [
        Difference(form[name].label, form[name].id_for_label, saved[name], typed[name])
        for name in form.fields
        if saved[name] != typed[name]
    ]


def _words(form: AmendmentForm) -> dict[str, str]:
    """Each field's value as it is read."""
    return {bound.name: _word(bound, form) for bound in form}


def _word(bound: BoundField, form: AmendmentForm) -> str:
    value: Any = form.cleaned_data.get(bound.name) if form.is_bound else bound.initial
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    choices = dict(getattr(bound.field, "choices", ()))
    if value in choices:
        return str(choices[value])
    return clinic_date(value) if hasattr(value, "year") else str(value or "")
