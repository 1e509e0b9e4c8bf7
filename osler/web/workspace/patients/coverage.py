"""A patient's insurances at the desk: added, corrected, replaced, ended, put first, entered in error."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from osler.clinic.insurance.covering import (
    add_coverage,
    amend_coverage,
    end_coverage,
    enter_coverage_in_error,
    free_rank,
    make_primary,
)
from osler.clinic.insurance.models import Coverage, InsurancePlan, Payer
from osler.clinic.insurance.replacing import carry_card, dependents_of, replace_coverage
from osler.clinic.insurance.subscribing import possible_subscribers
from osler.clinic.intake.card_reading import keep_pictures
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.date_entry import parse_date
from osler.kernel import clock
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.patients.attached import done, form_page
from osler.web.workspace.patients.banner import banner_of
from osler.web.workspace.patients.cards import Panel, insurance_panel
from osler.web.workspace.patients.coverage_forms import (
    CoverageAmendForm,
    CoverageForm,
    CoverageReplaceForm,
    initial_of,
)
from osler.web.workspace.patients.reading import open_patient

OFFICE = (Role.RECEPTION, Role.BILLING)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def add(request: HttpRequest, patient_id: UUID) -> HttpResponse:
    """Note what stands on an insurance card."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="insurance")
    offered = _offered(patient, actor)
    panel = insurance_panel(patient, payers=offered["payers"], actor=actor)
    given = request.POST if request.method == "POST" else None
    initial = {"priority": free_rank(patient, clock.today(), actor=actor), **panel.initial(request)}
    form = CoverageForm(given, initial=initial, **offered)
    if form.is_bound and form.is_valid():
        try:
            coverage = form.coverage(patient)
            add_coverage(coverage, member_id=form.cleaned_data["member_id"], actor=actor)
            keep_pictures(panel.sides, coverage)
        except Refusal as refusal:
            return _new_page(request, patient, form, panel, refusal=refusal)
        return done(request, patient, _("The insurance is noted."))
    return _new_page(request, patient, form, panel)


def _new_page(
    request: HttpRequest,
    patient: Patient,
    form: CoverageForm,
    panel: Panel,
    *,
    refusal: Refusal | None = None,
) -> HttpResponse:
    """The form, with the reader of cards above it."""
    if refusal is not None:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor_of(request)),
        "form": form,
        "title": _("Add insurance"),
        "panel": panel,
        "accepted": request.GET.getlist("take")[:20],
    }
    status = refusal.status if refusal else 422 if form.is_bound else 200
    return render(request, "workspace/patients/coverage_form.html", context, status=status)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def amend(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """Correct what stands on the card."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="insurance")
    coverage = _coverage(request, patient_id, coverage_id, "amend")
    offered = _offered(patient, actor, coverage)
    offered["plans"] = offered["plans"].filter(payer_id=coverage.payer_id)
    del offered["payers"]
    data = request.POST if request.method == "POST" else None
    form = CoverageAmendForm(data, initial=initial_of(coverage), **offered)
    version = form_version(request, coverage)
    title = _("Correct the insurance")
    if form.is_bound and form.is_valid():
        try:
            amend_coverage(coverage, changes=form.changes(), version=version, actor=actor)
        except Refusal as refusal:
            return form_page(request, patient, form, title=title, version=version, refusal=refusal)
        return _on_to_family(request, coverage, _("Saved."))
    return form_page(request, patient, form, title=title, version=version)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def replace(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """A new card takes the old one's place from a day on."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="insurance")
    old = _coverage(request, patient_id, coverage_id, "end")
    initial = initial_of(old) | {"first_day": clock.today()}
    data = request.POST if request.method == "POST" else None
    form = CoverageReplaceForm(data, initial=initial, **_offered(patient, actor, old))
    version = form_version(request, old)
    title = _("Replace the card of %s") % old.payer.name
    if form.is_bound and form.is_valid():
        try:
            number = form.cleaned_data["member_id"]
            new = form.coverage(patient)
            replace_coverage(old, new, member_id=number, version=version, actor=actor)
        except Refusal as refusal:
            return form_page(request, patient, form, title=title, version=version, refusal=refusal)
        return _on_to_family(request, new, _("The new card is noted, and the old one ends before it."))
    return form_page(request, patient, form, title=title, version=version)


@allow(*OFFICE, reads="Coverage", methods=("GET", "POST"))
def carry(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """The family who are insured through this card: whose cards change with it."""
    actor = actor_of(request)
    patient = open_patient(request, patient_id, detail="insurance")
    coverage = _coverage(request, patient_id, coverage_id, "amend")
    others = dependents_of(coverage, actor=actor)
    record_access(Patient, patients=[one.patient_id for one in others], detail="insured by the same card")
    refusal = None
    if request.method == "POST":
        chosen = [one for one in others if str(one.id) in request.POST.getlist("dependent")]
        versions = {one.id: _version(request, one) for one in chosen}
        try:
            carry_card(coverage, dependents=chosen, versions=versions, actor=actor)
        except Refusal as found:
            refusal = found
        else:
            words = ngettext(
                "%d card of the family is changed.", "%d cards of the family are changed.", len(chosen)
            )
            return done(request, patient, words % len(chosen))
    context = {
        "patient": patient,
        "banner": banner_of(patient, actor=actor),
        "coverage": coverage,
        "others": others,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "workspace/patients/carry_card.html", context, status=status)


@allow(*OFFICE, methods=("POST",))
def error(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """It never was this patient's insurance."""
    coverage = _coverage(request, patient_id, coverage_id, "end")
    enter_coverage_in_error(coverage, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is marked as entered in error."))


@allow(*OFFICE, methods=("POST",))
def end(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """The insurance ends today or on the day given."""
    coverage = _coverage(request, patient_id, coverage_id, "end")
    last_day = parse_date(request.POST.get("last_day", "")) or clock.today()
    end_coverage(coverage, last_day=last_day, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is ended."))


@allow(*OFFICE, methods=("POST",))
def first(request: HttpRequest, patient_id: UUID, coverage_id: UUID) -> HttpResponse:
    """The insurance becomes the primary one."""
    coverage = _coverage(request, patient_id, coverage_id, "amend")
    make_primary(coverage, version=seen_version(request), actor=actor_of(request))
    return done(request, coverage.patient, _("The insurance is primary now."))


def _on_to_family(request: HttpRequest, coverage: Coverage, said: str) -> HttpResponse:
    """Where others are insured through the card, their cards are offered next."""
    answer = done(request, coverage.patient, said)
    if dependents_of(coverage, actor=actor_of(request)):
        return redirect("coverage-carry", patient_id=coverage.patient_id, coverage_id=coverage.id)
    return answer


def _offered(patient: Patient, actor: Actor, coverage: Coverage | None = None) -> dict[str, Any]:
    """What a card may name: insurers, plans and subscribers that are there, and what it names already."""
    payers = scoped(Payer, actor).filter(active=True)
    plans = scoped(InsurancePlan, actor).filter(active=True, payer__active=True)
    subscribers = possible_subscribers(patient, actor=actor)
    if coverage is not None:
        payers |= scoped(Payer, actor).filter(id=coverage.payer_id)
        plans |= scoped(InsurancePlan, actor).filter(id=coverage.plan_id)
        named = coverage.subscriber_patient or coverage.subscriber_person
        if named is not None and named not in subscribers:
            subscribers.append(named)
    return {
        "payers": payers.order_by("name"),
        "plans": plans.select_related("payer").order_by("payer__name", "name"),
        "subscribers": subscribers,
    }


def _version(request: HttpRequest, coverage: Coverage) -> int:
    text = request.POST.get(f"version-{coverage.id}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _coverage(request: HttpRequest, patient_id: UUID, coverage_id: UUID, action: str) -> Coverage:
    rows = scoped(Coverage, actor_of(request), action).select_related("patient", "payer", "plan")
    return get_object_or_404(rows, id=coverage_id, patient_id=patient_id)
