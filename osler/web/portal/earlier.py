"""To have a visit earlier: patients put themselves on the waiting list, and find what is offered to them."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.communication.offering.telling import path_of
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Appointment, WaitlistEntry, WaitlistOffer
from osler.clinic.scheduling.waiting_list.joining import Wish, join_waiting_list
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.audit.access import record_access
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing, Refusal
from osler.web.portal.own import actor_of, own

HOUR = 60
NOTICE = (
    (2 * HOUR, gettext_lazy("Two hours")),
    (24 * HOUR, gettext_lazy("A day")),
    (3 * 24 * HOUR, gettext_lazy("Three days")),
)


class EarlierForm(forms.Form):
    """When an earlier time would suit."""

    weekdays = forms.TypedMultipleChoiceField(
        label=gettext_lazy("On which days?"),
        choices=list(WEEKDAYS.items()),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Leave all empty if it does not matter."),
    )
    parts = forms.MultipleChoiceField(
        label=gettext_lazy("At what time of the day?"),
        choices=WaitlistEntry.Part.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Leave all empty if it does not matter."),
    )
    notice_minutes = forms.TypedChoiceField(
        label=gettext_lazy("How long before must you know?"), choices=NOTICE, coerce=int
    )
    same_clinician = forms.BooleanField(
        label=gettext_lazy("Only with the same clinician"), required=False, initial=True
    )


@own("Appointment")
def join(request: HttpRequest, patient: Patient, appointment_id: UUID) -> HttpResponse:
    """`visits/<appointment>/earlier/`."""
    actor = actor_of(request)
    visits = scoped(Appointment, actor).select_related("service", "practitioner", "location")
    visit = visits.filter(pk=appointment_id, status=Appointment.Status.BOOKED).first()
    if visit is None:
        raise Missing
    record_access(Appointment, patient=patient.id, entity_id=visit.id)
    form = EarlierForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            _join(patient, visit, form.cleaned_data, actor)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            notify(request, _("You are on the waiting list. We write to you when an earlier time is free."))
            return redirect("portal-visits", patient.id)
    status = 422 if request.method == "POST" else 200
    context = {"patient": patient, "visit": visit, "form": form}
    return render(request, "portal/earlier.html", context, status=status)


def waits_for_earlier(actor: Actor) -> set[UUID]:
    """The visits that the patient would like to have earlier."""
    entries = scoped(WaitlistEntry, actor).waiting()  # type: ignore[attr-defined]
    return {key for key in entries.values_list("replaces_id", flat=True) if key}


def offers_to(actor: Actor) -> list[tuple[WaitlistOffer, str]]:
    """The times that are offered now, each with the page that answers."""
    rows = scoped(WaitlistOffer, actor).filter(
        status=WaitlistOffer.Status.OPEN, expires_at__gt=clock.now(), period__startswith__gt=clock.now()
    )
    return [(row, path_of(row.organization_id, row.id)) for row in rows.order_by("period")]


def _join(patient: Patient, visit: Appointment, said: dict[str, Any], actor: Actor) -> WaitlistEntry:
    wish = Wish(
        practitioner=visit.practitioner if said["same_clinician"] else None,
        location=visit.location,
        weekdays=said["weekdays"],
        parts=said["parts"],
        notice_minutes=said["notice_minutes"],
    )
    return join_waiting_list(patient, service=visit.service, wish=wish, replaces=visit, actor=actor)
