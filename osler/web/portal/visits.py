"""Visits in the portal: to come, past, asked for."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.models import Patient
from osler.clinic.records.models import ClinicalNote, Condition, Encounter, MedicationRequest, ServiceRequest
from osler.clinic.scheduling.appointments.booking import reinstate_appointment
from osler.clinic.scheduling.appointments.online import is_movable, self_booked
from osler.clinic.scheduling.appointments.requests import request_appointment
from osler.clinic.scheduling.appointments.together import cancel_together, reinstate_together
from osler.clinic.scheduling.models import Appointment
from osler.clinic.scheduling.queries import bookable_practitioners
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import HealthcareService, Practitioner
from osler.foundation.ui.notices import notify
from osler.foundation.ui.paging import keyset_page
from osler.kernel import clock
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.earlier import offers_to, waits_for_earlier
from osler.web.portal.home import upcoming
from osler.web.portal.own import actor_of, own

A_DAY = timedelta(days=1)
"""A visit that is nearer is hardly had earlier."""


class ServiceChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Kinds of visit in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.told_name)


class AskForm(forms.Form):
    """What a patient says when asking for a visit."""

    service = ServiceChoice(
        HealthcareService.objects.none(),
        label=gettext_lazy("Kind of visit"),
        empty_label=gettext_lazy("Choose one"),
    )
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(),
        label=gettext_lazy("With whom?"),
        required=False,
        empty_label=gettext_lazy("Whoever has time first"),
    )
    reason = forms.CharField(label=gettext_lazy("What is it about?"), max_length=300)
    wishes = forms.CharField(
        label=gettext_lazy("When would suit you?"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("For example: mornings, not on Tuesdays"),
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = bookable_practitioners(actor)  # type: ignore[attr-defined]
        offered = HealthcareService.objects.filter(active=True, online_booking=True).order_by("name")
        self.fields["service"].queryset = offered  # type: ignore[attr-defined]


@own("Appointment", methods=("GET",))
def visits(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`visits/`."""
    actor = actor_of(request)
    record_access(Appointment, patient=patient.id)
    finished = scoped(Encounter, actor).filter(status="finished").select_related("practitioner", "location")
    past, page = keyset_page(finished, request, key=("started_at", "id"))
    asked = scoped(Appointment, actor).filter(status__in=["proposed", "waitlist"])
    held = scoped(Appointment, actor).filter(status="pending", held_until__gt=clock.now())
    coming = upcoming(actor)
    return render(
        request,
        "portal/visits.html",
        {
            "patient": patient,
            "upcoming": coming,
            "held": list(held.select_related("service").order_by("held_until")),
            "movable": {one.id for one in coming if is_movable(one)},
            "is_self_booked": bool(self_booked()),
            "can_be_earlier": {one.id for one in coming if one.period.lower - clock.now() > A_DAY},
            "waits_for_earlier": waits_for_earlier(actor),
            "offers": offers_to(actor),
            "asked": list(asked.select_related("service", "practitioner").order_by("-created_at")),
            "past": past,
            "page": page,
        },
    )


@own("Appointment")
def ask(request: HttpRequest, patient: Patient) -> HttpResponse:
    """`visits/ask/`."""
    actor = actor_of(request)
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    form = AskForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        try:
            request_appointment(patient, actor=actor, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            notify(request, _("Your request is with us. We will write to you."))
            return redirect("portal-visits", patient.id)
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/ask.html", {"patient": patient, "form": form}, status=status)


@own("Appointment")
def cancel(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """Cancel a visit: a page that asks once, then the deed."""
    actor = actor_of(request)
    appointment = (
        scoped(Appointment, actor).select_related("service", "practitioner").filter(pk=appointment_id).first()
    )
    if appointment is None:
        raise Missing
    record_access(Appointment, patient=patient.id, entity_id=appointment.id)
    if request.method == "POST":
        reason = request.POST.get("reason", "")[:200]
        version = seen_version(request)
        earlier = cancel_together(appointment, reason=reason, version=version, actor=actor)
        more = {"earlier_version": earlier.version} if earlier else {}
        undo = as_seen(reverse("portal-keep-visit", args=[patient.id, appointment.id]), appointment, **more)
        notify(request, _("Your visit is cancelled."), undo_url=undo)
        return redirect("portal-visits", patient.id)
    return render(request, "portal/cancel.html", {"patient": patient, "visit": appointment})


@own("Appointment", methods=("POST",))
def keep(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """Take a cancellation back, and that of what comes before it, if the times are still free."""
    actor = actor_of(request)
    appointment = scoped(Appointment, actor).select_related("service").filter(pk=appointment_id).first()
    if appointment is None:
        raise Missing
    seen = {"version": seen_version(request), "actor": actor}
    try:
        if "earlier_version" in request.GET:
            earlier = seen_version(request, name="earlier_version")
            reinstate_together(appointment, earlier_version=earlier, **seen)
        else:
            reinstate_appointment(appointment, **seen)
        notify(request, _("Your visit is booked again."))
    except Refusal as refusal:
        notify(request, str(refusal), is_failure=True)
    return redirect("portal-visits", patient.id)


@own("Encounter", methods=("GET",))
def past_visit(request: HttpRequest, patient: Patient, encounter_id: UUID) -> HttpResponse:
    """What was found and planned at a visit that is over."""
    actor = actor_of(request)
    finished = scoped(Encounter, actor).filter(status="finished")
    encounter = finished.select_related("practitioner", "location").filter(pk=encounter_id).first()
    if encounter is None:
        raise Missing
    record_access(Encounter, patient=patient.id, entity_id=encounter.id)
    return render(
        request,
        "portal/past_visit.html",
        {
            "patient": patient,
            "visit": encounter,
            "diagnoses": list(scoped(Condition, actor).filter(encounter=encounter).order_by("rank", "id")),
            "notes": list(scoped(ClinicalNote, actor).filter(encounter=encounter).order_by("signed_at")),
            "prescriptions": list(scoped(MedicationRequest, actor).filter(encounter=encounter)),
            "orders": list(
                scoped(ServiceRequest, actor).filter(encounter=encounter).exclude(status="revoked")
            ),
        },
    )
