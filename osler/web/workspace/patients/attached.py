"""What hangs on a patient: alerts and contacts."""

from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from osler.clinic.patients.flags import lower_flag, raise_flag
from osler.clinic.patients.models import Flag, Patient, RelatedPerson
from osler.clinic.patients.relations import (
    AMENDABLE,
    add_related_person,
    amend_related_person,
    end_related_person,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached_forms import FlagForm, RelatedPersonForm
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.reading import open_patient

DESK = (Role.RECEPTION, Role.NURSE)


@allow(*DESK, Role.PHYSICIAN, reads="Patient", methods=("GET", "POST"))
def raise_alert(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Put an alert into the banner."""
    patient = open_patient(request, patient_id, detail="alerts")
    form = FlagForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            raise_flag(patient, text=form.cleaned_data["text"], actor=actor_of(request))
        except Refusal as refusal:
            return form_page(request, patient, form, title=_("Raise an alert"), refusal=refusal)
        return done(request, patient, _("The alert stands in the banner."))
    return form_page(request, patient, form, title=_("Raise an alert"))


@allow(*DESK, Role.PHYSICIAN, methods=("POST",))
def lower_alert(request: HttpRequest, patient_id: UUID, flag_id: UUID) -> HttpResponse:
    """Take an alert out of the banner."""
    actor = actor_of(request)
    flag = get_object_or_404(scoped(Flag, actor, "lower"), id=flag_id, patient_id=patient_id)
    lower_flag(flag, version=seen_version(request), actor=actor)
    return done(request, flag.patient, _("The alert is lowered."))


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def add_contact(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note somebody close to the patient."""
    patient = open_patient(request, patient_id, detail="contacts", action="amend")
    form = RelatedPersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        person = add_related_person(form.person(patient), actor=actor_of(request))
        return done(request, patient, _("%s is noted.") % person.name)
    return form_page(request, patient, form, title=_("Add a contact"))


@allow(*DESK, reads="Patient", methods=("GET", "POST"))
def amend_contact(request: HttpRequest, patient_id: UUID, person_id: UUID) -> HttpResponse:
    """Correct what is known of somebody close."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="contacts", action="amend")
    person = get_object_or_404(scoped(RelatedPerson, actor, "amend"), id=person_id, patient=patient)
    initial = {name: getattr(person, name) for name in AMENDABLE}
    form = RelatedPersonForm(request.POST if request.method == "POST" else None, initial=initial)
    version = form_version(request, person)
    title = _("Change a contact")
    if form.is_bound and form.is_valid():
        try:
            amend_related_person(person, changes=form.cleaned_data, version=version, actor=actor)
        except Refusal as refusal:
            return form_page(request, patient, form, title=title, version=version, refusal=refusal)
        return done(request, patient, _("Saved."))
    return form_page(request, patient, form, title=title, version=version)


@allow(*DESK, methods=("POST",))
def end_contact(request: HttpRequest, patient_id: UUID, person_id: UUID) -> HttpResponse:
    """Somebody is no longer a contact."""
    actor = actor_of(request)
    people = scoped(RelatedPerson, actor, "amend")
    person = get_object_or_404(people, id=person_id, patient_id=patient_id)
    end_related_person(person, version=seen_version(request), actor=actor)
    return done(request, person.patient, _("%s is no longer a contact.") % person.name)


def done(request: HttpRequest, patient: Patient, text: str) -> HttpResponse:
    """Back to the desk's page, with a word of what was done."""
    notify(request, text)
    clinical = "?desk=1" if "desk" in request.GET else ""
    return redirect(reverse("patient", args=[patient.id]) + clinical)


def form_page(
    request: HttpRequest,
    patient: Patient,
    form: forms.Form,
    *,
    title: str | Promise,
    version: int | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """A small form under the patient's banner."""
    if refusal is not None:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    status = refusal.status if refusal else 422 if form.is_bound else 200
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "form": form,
        "title": title,
        "version": version,
    }
    return render(request, "workspace/patients/small_form.html", context, status=status)
