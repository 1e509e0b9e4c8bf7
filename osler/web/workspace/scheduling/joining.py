"""Putting a patient on the waiting list: from the booking page when nothing suits, or from a visit that is
to be had earlier."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, WaitlistEntry
from osler.clinic.scheduling.waiting_list.joining import NOTICE_MINUTES, Wish, join_waiting_list
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.ui.date_entry import ClinicDateField
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt
from osler.web.workspace.scheduling.filters import read_id
from osler.web.workspace.scheduling.slot_choice import Choices, read_hoped
from osler.web.workspace.scheduling.steps import DESK, appointment_of

NOTICE = (
    (30, gettext_lazy("Half an hour")),
    (NOTICE_MINUTES, gettext_lazy("Two hours")),
    (24 * 60, gettext_lazy("A day")),
    (3 * 24 * 60, gettext_lazy("Three days")),
    (7 * 24 * 60, gettext_lazy("A week")),
)


class JoinForm(DeedForm):
    """What somebody waits for."""

    service = forms.ModelChoiceField(
        HealthcareService.objects.none(), label=gettext_lazy("Kind of visit"), empty_label=None
    )
    practitioner = forms.ModelChoiceField(
        Practitioner.objects.none(),
        label=gettext_lazy("Clinician"),
        required=False,
        empty_label=gettext_lazy("Whoever is free first"),
    )
    location = forms.ModelChoiceField(
        Location.objects.none(),
        label=gettext_lazy("Site"),
        required=False,
        empty_label=gettext_lazy("All sites"),
    )
    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Days of the week"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: any day."),
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Parts of the day"),
        choices=WaitlistEntry.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None ticked: all day."),
    )
    not_before = ClinicDateField(label=gettext_lazy("Not before"), required=False)
    not_after = ClinicDateField(label=gettext_lazy("Not after"), required=False)
    notice_minutes = forms.TypedChoiceField(
        label=gettext_lazy("Notice needed"), choices=NOTICE, coerce=int, initial=NOTICE_MINUTES
    )
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"), choices=WaitlistEntry.Priority.choices, coerce=int, initial=0
    )
    reason = forms.CharField(label=gettext_lazy("Reason for the visit"), max_length=300, required=False)

    def __init__(self, *args: Any, visit: Appointment | None, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["practitioner"].queryset = _among(Practitioner, choices.practitioners)  # type: ignore[attr-defined]
        self.fields["location"].queryset = _among(Location, choices.locations)  # type: ignore[attr-defined]
        self.fields["service"].queryset = _among(HealthcareService, choices.services)  # type: ignore[attr-defined]
        if len(choices.locations) == 1:
            del self.fields["location"]
        if visit is not None:  # what is had earlier stays what it is
            del self.fields["service"], self.fields["reason"]


def join_url(patient: Patient, given: QueryDict, service: HealthcareService | None) -> str:
    """The page that puts a patient on the list, with what the booking page was asked for."""
    kept = {
        name: given[name]
        for name in ("practitioner", "location", "day", "weekday", "part")
        if given.get(name)
    }
    chosen = {"patient": patient.id, **({"service": service.id} if service else {}), **kept}
    return f"{reverse('waiting-join')}?{urlencode(chosen)}"


@allow(*DESK, reads="Patient")
def join(request: HttpRequest) -> HttpResponse:
    """`waiting-list/join/?patient=` or `?appointment=`."""
    actor = actor_of(request)
    patient, visit = _for_whom(request, actor)
    record_access(Patient, patient=patient.id, entity_id=patient.id)
    choices = Choices()
    if request.method == "POST":
        require_patient(request, patient.id)
        form = JoinForm(request.POST, visit=visit, choices=choices)
        if attempt(form, lambda: _join(patient, visit, form.cleaned_data, actor)):
            notify(request, _("%s is on the waiting list.") % patient)
            return redirect("waiting-list")
    else:
        form = JoinForm(initial=_initial(request, visit), visit=visit, choices=choices)
    status = form.status if form.is_bound else 200
    context = {"patient": patient, "visit": visit, "form": form}
    return render(request, "workspace/scheduling/join.html", context, status=status)


def _for_whom(request: HttpRequest, actor: Actor) -> tuple[Patient, Appointment | None]:
    given = request.POST if request.method == "POST" else request.GET
    named = read_id(given.get("appointment"))
    if named is not None:
        visit = appointment_of(actor, named)
        return visit.patient, visit
    wanted = read_id(given.get("patient"))
    if wanted is None:
        raise Missing
    return get_object_or_404(scoped(Patient, actor).defer("resource"), id=wanted), None


def _initial(request: HttpRequest, visit: Appointment | None) -> dict[str, Any]:
    """What the booking page was asked for, or how the visit is booked."""
    if visit is not None:
        return {"practitioner": visit.practitioner_id, "location": visit.location_id}
    hoped = read_hoped(request.GET)
    return {
        "service": read_id(request.GET.get("service")),
        "practitioner": read_id(request.GET.get("practitioner")),
        "location": read_id(request.GET.get("location")),
        "not_before": request.GET.get("day", ""),
        "weekdays": [] if hoped.weekday is None else [hoped.weekday],
        "parts": [hoped.part] if hoped.part else [],
    }


def _join(patient: Patient, visit: Appointment | None, said: dict[str, Any], actor: Actor) -> WaitlistEntry:
    wish = Wish(
        practitioner=said["practitioner"],
        location=said.get("location"),
        weekdays=said["weekdays"],
        parts=said["parts"],
        not_before=said["not_before"],
        not_after=said["not_after"],
        notice_minutes=said["notice_minutes"],
    )
    return join_waiting_list(
        patient,
        service=said.get("service"),
        wish=wish,
        replaces=visit,
        reason=said.get("reason", ""),
        priority=said["priority"],
        actor=actor,
    )


def _among(model: Any, rows: list[Any]) -> Any:
    return model.objects.filter(id__in=[one.id for one in rows])
