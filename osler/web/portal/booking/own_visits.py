"""Patients and proxies book, move and confirm visits in the portal, within the rules of the service."""

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.clinic.billing.charges.costs import costs_of
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.appointments.confirming import confirm_appointment
from osler.clinic.scheduling.appointments.holds import confirm_hold, hold_slot, release_hold
from osler.clinic.scheduling.appointments.online import is_movable, self_booked
from osler.clinic.scheduling.appointments.together import reschedule_together
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.policy import scoped
from osler.foundation.access.seen_version import seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.booking.times import Choice, Times, offered, slot_in
from osler.web.portal.own import actor_of, own
from osler.web.portal.reminder import calendar_response


@own("Patient", methods=("GET",))
def choose(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`visits/book/`: which kind of visit."""
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    found = offered(self_booked(), address=lambda key: reverse("portal-book-times", args=[patient.id, key]))
    return render(request, "portal/book.html", {"patient": patient, "offered": found})


@own("Patient")
def times(request: HttpRequest, patient: Patient, service_id: UUID) -> HttpResponse:
    """`visits/book/<service>/`: a time that is chosen is held until it is booked, for ten minutes."""
    service = next((one for one in self_booked() if one.id == service_id), None)
    if service is None:
        raise Missing
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    refusal, slot = None, slot_in(request.POST.get("slot", ""), service)
    if request.method == "POST" and slot is not None:
        try:
            with transaction.atomic():
                held = hold_slot(patient, slot=slot, service=service, actor=actor_of(request))
            return redirect("portal-book-held", patient.id, held.id)
        except Refusal as found:
            refusal = found
    context = {
        "patient": patient,
        "service": service,
        "times": Times(service, Choice.read(request.GET)),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "portal/book_times.html", context, status=status)


@own("Appointment")
def held(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """`visits/held/<appointment>/`: book it, or give the time back."""
    visit, refusal = _visit(request, appointment_id), None
    if visit.status != Appointment.Status.PENDING:
        return redirect("portal-visits", patient.id)
    record_access(Appointment, patient=patient.id, entity_id=visit.id)
    if request.method == "POST":
        actor, version = actor_of(request), seen_version(request)
        try:
            with transaction.atomic():
                if "give-back" in request.POST:
                    release_hold(visit, version=version, actor=actor)
                    return redirect("portal-book", patient.id)
                visit.reason = request.POST.get("reason", "").strip()[:300]
                confirm_hold(visit, version=version, actor=actor)
            notify(request, _("Your visit is booked."))
            return redirect("portal-visits", patient.id)
        except Refusal as found:
            refusal, visit = found, _visit(request, appointment_id)
    is_over = visit.held_until is not None and visit.held_until <= clock.now()
    context = {
        "patient": patient,
        "held": visit,
        "service": visit.service,
        "costs": costs_of([visit.service])[visit.service.id] if visit.service else None,
        "refusal": refusal,
        "is_over": is_over,
    }
    return render(request, "portal/book_held.html", context, status=refusal.status if refusal else 200)


@own("Appointment")
def move(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """`visits/<appointment>/move/`: another time; the old one is free at once."""
    visit = _visit(request, appointment_id)
    service = visit.service
    if service is None or not is_movable(visit):
        return redirect("portal-visits", patient.id)
    record_access(Appointment, patient=patient.id, entity_id=visit.id)
    refusal, slot = None, slot_in(request.POST.get("slot", ""), service)
    if request.method == "POST" and slot is not None:
        try:
            with transaction.atomic():
                reschedule_together(visit, slot=slot, version=seen_version(request), actor=actor_of(request))
            notify(request, _("Your visit has a new time."))
            return redirect("portal-visits", patient.id)
        except Refusal as found:
            refusal, visit = found, _visit(request, appointment_id)
    context = {
        "patient": patient,
        "visit": visit,
        "service": service,
        "times": Times(service, Choice.read(request.GET)),
        "refusal": refusal,
    }
    status = refusal.status if refusal else 200
    return render(request, "portal/move.html", context, status=status)


@own("Appointment", methods=("POST",))
def confirm(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """`visits/<appointment>/confirm/`: I will come."""
    visit = _visit(request, appointment_id)
    by = Appointment.ConfirmedBy.PORTAL
    confirm_appointment(visit, by=by, version=seen_version(request), actor=actor_of(request))
    notify(request, _("Thank you. We expect you."))
    return redirect("portal-visits", patient.id)


@own("Appointment", methods=("GET",))
def calendar_file(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """`visits/<appointment>/visit.ics`: the visit for the patient's own calendar."""
    visit = _visit(request, appointment_id)
    if visit.period is None:
        raise Missing
    record_access(Appointment, patient=patient.id, entity_id=visit.id, action="E")
    return calendar_response(visit)


def _visit(request: HttpRequest, appointment_id: UUID) -> Appointment:
    rows = scoped(Appointment, actor_of(request)).select_related("service", "practitioner", "location")
    visit = rows.filter(pk=appointment_id).first()
    if visit is None:
        raise Missing
    return visit
