"""Somebody whom nobody can name: a chart in one action, the name when it is known."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from osler.clinic.patients.desk_layout import layout_in_force
from osler.clinic.patients.errors import LikelyDuplicate
from osler.clinic.patients.matching import Likeness, likely_duplicates
from osler.clinic.patients.models import Patient
from osler.clinic.patients.unidentified import identify_patient, register_unidentified
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.forms import IdentityForm, PersonForm
from osler.web.workspace.patients.reading import open_patient
from osler.web.workspace.patients.registering import (
    REGISTRARS,
    likenesses,
    record_likenesses,
    seen_likenesses,
)


@allow(*REGISTRARS, reads="Patient", methods=("POST",))
def register(request: HttpRequest) -> HttpResponse:
    """The chart, and the page with everything that can be done with it."""
    patient = register_unidentified(actor=actor_of(request))
    record_access(Patient, patient=patient.id, entity_id=patient.id, detail="registered")
    notify(request, _("%(name)s has a chart. Print the wristband now.") % {"name": patient})
    return redirect("patient", patient_id=patient.id)


@allow(*REGISTRARS, reads="Patient", methods=("GET", "POST"))
def identify(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """The form, and the deed."""
    patient = open_patient(request, patient_id, detail="identify", action="amend")
    layout = layout_in_force(actor=actor_of(request))
    if request.method != "POST":
        form = IdentityForm(layout=layout, initial={"contact_by": Patient.ContactBy.PHONE})
        return _page(request, patient, form, [])
    form = IdentityForm(request.POST, layout=layout)
    if not form.is_valid():
        return _page(request, patient, form, _look(form, patient, request), status=422)
    try:
        with transaction.atomic():
            identify_patient(
                patient,
                changes=form.person(),
                seen=seen_likenesses(request),
                version=seen_version(request),
                actor=actor_of(request),
            )
    except LikelyDuplicate as refusal:
        return _page(request, patient, form, list(refusal.likenesses), status=409, is_warning=True)
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return _page(request, patient, form, _look(form, patient, request), status=refusal.status)
    notify(request, _("This is %(name)s. All that was recorded stays in the chart.") % {"name": patient})
    return redirect("patient", patient_id=patient.id)


def _look(form: PersonForm, patient: Patient, request: HttpRequest) -> list[Likeness]:
    typed = form.as_typed()
    typed.id = patient.id
    return likely_duplicates(typed, actor=actor_of(request))


def _page(
    request: HttpRequest,
    patient: Patient,
    form: PersonForm,
    found: list[Likeness],
    *,
    status: int = 200,
    is_warning: bool = False,
) -> HttpResponse:
    record_likenesses(found)
    if form.is_bound:
        patient.refresh_from_db()
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "form": form,
        "version": form_version(request, patient),
        **likenesses(found, actor_of(request)),
        "is_warning": is_warning,
    }
    return render(request, "workspace/patients/identify.html", context, status=status)
