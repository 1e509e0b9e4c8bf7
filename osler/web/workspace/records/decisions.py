"""What is decided in a visit: vital signs, diagnoses, prescriptions, tests, follow-ups."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.records.conditions.diagnosing import add_diagnosis
from osler.clinic.records.encounters.reading import (
    diagnoses_of,
    orders_of,
    prescriptions_of,
)
from osler.clinic.records.errors import UnsafeMedication, WeightChanged
from osler.clinic.records.medications.prescribing import prescribe_medication
from osler.clinic.records.medications.safety import Alert, alerts_against
from osler.clinic.records.models import Encounter, MedicationRequest, Observation, ServiceRequest
from osler.clinic.records.observations.vitals import record_vitals
from osler.clinic.records.orders.follow_ups import set_follow_up
from osler.clinic.records.orders.ordering import order_test, revoke_order
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import seen_version
from osler.foundation.terminology.medications import find_medication
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.records.attempts import attempt, visit_of
from osler.web.workspace.records.bench import bench_of, vitals_context
from osler.web.workspace.records.chart import chart_page, rights_of
from osler.web.workspace.records.forms import (
    DiagnosisForm,
    FollowUpForm,
    OrderForm,
    PrescriptionForm,
    VitalsForm,
)
from osler.web.workspace.records.sections import section_of
from osler.web.workspace.records.undoing import offer_undo

Context = dict[str, Any]


def _diagnoses(visit: Encounter, actor: Actor) -> Context:
    return {
        "diagnoses": diagnoses_of(visit, actor=actor),
        "diagnosis_form": DiagnosisForm(auto_id="diagnosis-%s"),
    }


def _prescriptions(visit: Encounter, actor: Actor) -> Context:
    return {
        "prescriptions": prescriptions_of(visit, actor=actor),
        "prescription_form": PrescriptionForm(auto_id="prescription-%s"),
    }


def _orders(visit: Encounter, actor: Actor) -> Context:
    return {
        "visit_orders": orders_of(visit, actor=actor),
        "order_form": OrderForm(auto_id="order-%s"),
        "follow_up_form": FollowUpForm(auto_id="follow-up-%s"),
    }


def _vitals(visit: Encounter, actor: Actor) -> Context:
    return vitals_context(visit, actor=actor)


PARTS: dict[str, tuple[str, Callable[[Encounter, Actor], Context]]] = {
    "diagnoses": ("note", _diagnoses),
    "prescriptions": ("note", _prescriptions),
    "orders": ("note", _orders),
    "vitals": ("intake", _vitals),
}


def answer(
    request: HttpRequest,
    visit: Encounter,
    part: str,
    *,
    faulty: Context | None = None,
    also: Context | None = None,
) -> HttpResponse:
    """The part of the bench anew, or the whole page without scripts."""
    actor = actor_of(request)
    status = 422 if faulty else 200
    bench, read = PARTS[part]
    if request.headers.get("HX-Request"):
        context = read(visit, actor) | rights_of(actor) | (faulty or {}) | (also or {})
        context |= {"encounter": visit, "patient": visit.patient}
        response = render(request, f"workspace/records/bench/{part}.html", context, status=status)
        if faulty is None:
            response.headers["HX-Trigger"] = "chart-changed"
        return response
    if faulty is None:
        return redirect(reverse("encounter", args=[visit.id]) + f"?bench={bench}#bench-{part}")
    extra = bench_of(visit, actor=actor, wanted=bench) | faulty
    return chart_page(
        request,
        visit.patient,
        section=section_of("summary"),
        encounter=visit,
        extra=extra,
        status=status,
    )


@allow(Role.NURSE, Role.PHYSICIAN, reads="Observation", methods=("POST",))
def vitals(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Record a set of vital signs."""
    visit = visit_of(request, encounter_id)
    form = VitalsForm(request.POST)
    if form.is_valid():

        def deed() -> list[Observation]:
            return record_vitals(
                visit,
                readings=form.readings(),
                is_confirmed=form.cleaned_data["is_confirmed"],
                actor=actor_of(request),
            )

        taken = attempt(form, deed)
        if taken:
            offer_undo(request, _("Vital signs recorded."), taken[0])
    if not form.errors:
        return answer(request, visit, "vitals")
    faulty = vitals_context(visit, actor=actor_of(request), form=form)
    if isinstance(getattr(form, "refusal", None), WeightChanged):
        faulty["asks_confirmation"] = True
    return answer(request, visit, "vitals", faulty=faulty)


@allow(Role.PHYSICIAN, reads="Condition", methods=("POST",))
def diagnose(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Add a diagnosis to the visit."""
    visit = visit_of(request, encounter_id)
    form = DiagnosisForm(request.POST, auto_id="diagnosis-%s")
    if form.is_valid():
        said = form.cleaned_data
        code = said["code"] or said["words"]
        diagnosis = attempt(form, lambda: add_diagnosis(visit, code=code, actor=actor_of(request)))
        if diagnosis is not None:
            offer_undo(request, _("Diagnosis added."), diagnosis)
    return answer(request, visit, "diagnoses", faulty={"diagnosis_form": form} if form.errors else None)


def _quiet_alerts(visit: Encounter, drug: str, *, actor: Actor) -> list[Alert]:
    """What is worth a word beside the prescription without standing in its way."""
    found = find_medication(drug)
    alerts = alerts_against(visit.patient, medication=found, actor=actor) if found else []
    return [alert for alert in alerts if not alert.interrupts]


@allow(Role.PHYSICIAN, reads="MedicationRequest", methods=("POST",))
def prescribe(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Write a prescription, or show what stands against it."""
    visit = visit_of(request, encounter_id)
    form = PrescriptionForm(request.POST, auto_id="prescription-%s")
    quiet: list[Alert] = []
    if form.is_valid():
        said = form.cleaned_data
        drug = said["code"] or said["words"]
        quiet = _quiet_alerts(visit, drug, actor=actor_of(request))

        def deed() -> MedicationRequest:
            return prescribe_medication(
                visit,
                drug=drug,
                sig=said["sig"],
                quantity=said["quantity"],
                refills=said["refills"],
                override_reason=said["override_reason"],
                actor=actor_of(request),
            )

        prescription = attempt(form, deed)
        if prescription is not None:
            offer_undo(request, _("Prescribed."), prescription)
    if not form.errors:
        return answer(request, visit, "prescriptions", also={"quiet_alerts": quiet})
    faulty: Context = {"prescription_form": form}
    refusal = getattr(form, "refusal", None)
    if isinstance(refusal, UnsafeMedication):
        faulty["alerts"] = refusal.alerts
    return answer(request, visit, "prescriptions", faulty=faulty)


@allow(Role.PHYSICIAN, reads="ServiceRequest", methods=("POST",))
def order(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Order a test."""
    visit = visit_of(request, encounter_id)
    form = OrderForm(request.POST, auto_id="order-%s")
    if form.is_valid():
        said = form.cleaned_data

        def deed() -> ServiceRequest:
            return order_test(
                visit,
                test=said["code"] or said["words"],
                priority=said["priority"] or ServiceRequest.Priority.ROUTINE,
                note=said["note"],
                hold_release=said["hold_release"],
                actor=actor_of(request),
            )

        ordered = attempt(form, deed)
        if ordered is not None:
            offer_undo(request, _("Ordered."), ordered)
    return answer(request, visit, "orders", faulty={"order_form": form} if form.errors else None)


@allow(Role.PHYSICIAN, reads="ServiceRequest", methods=("POST",))
def follow_up(request: HttpRequest, encounter_id: UUID) -> HttpResponse:
    """Set the next visit."""
    visit = visit_of(request, encounter_id)
    form = FollowUpForm(request.POST, auto_id="follow-up-%s")
    if form.is_valid():
        said = form.cleaned_data

        def deed() -> ServiceRequest:
            return set_follow_up(
                visit,
                weeks=said["weeks"],
                on=said["on"],
                service=said["service"],
                note=said["note"],
                actor=actor_of(request),
            )

        planned = attempt(form, deed)
        if planned is not None:
            offer_undo(request, _("Follow-up set."), planned)
    return answer(request, visit, "orders", faulty={"follow_up_form": form} if form.errors else None)


@allow(Role.PHYSICIAN, reads="ServiceRequest", methods=("POST",))
def revoke(request: HttpRequest, row_id: UUID) -> HttpResponse:
    """Take an order back."""
    actor = actor_of(request)
    row = get_object_or_404(scoped(ServiceRequest, actor).select_related("patient"), id=row_id)
    require_patient(request, row.patient_id)
    reason = request.POST.get("reason", "").strip()[:300]
    revoke_order(row, reason=reason, actor=actor, version=seen_version(request))
    notify(request, _("Order revoked."))
    if row.encounter_id and request.headers.get("HX-Target") == "bench-orders":
        return answer(request, visit_of(request, row.encounter_id), "orders")
    return chart_page(request, row.patient, section=section_of("orders"))
