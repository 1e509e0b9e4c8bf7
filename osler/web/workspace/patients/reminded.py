"""Whether a patient is reminded of visits, as the desk sees and changes it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from osler.clinic.communication.models import Notice, OptOut
from osler.clinic.communication.reminding.opting_out import opt_in, opt_out, opt_outs_of
from osler.clinic.patients.models import Patient
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)


@allow(*DESK, methods=("POST",))
def stop(request: HttpRequest, patient_id: UUID, channel: str) -> HttpResponse:
    """The patient wants no reminders by a channel."""
    patient = _patient(request, patient_id, channel)
    opt_out(patient, channel=channel, source=OptOut.Source.DESK, actor=actor_of(request))
    notify(request, _("No more reminders go to %s that way.") % patient)
    return redirect("patient", patient.id)


@allow(*DESK, methods=("POST",))
def start(request: HttpRequest, patient_id: UUID, channel: str) -> HttpResponse:
    """The patient wants them again."""
    patient = _patient(request, patient_id, channel)
    opt_in(patient, channel=channel, actor=actor_of(request))
    notify(request, _("%s is reminded again.") % patient)
    return redirect("patient", patient.id)


def reminder_card(patient: Patient, *, actor: Actor) -> dict[str, Any]:
    """Each channel, with the refusal that is in force."""
    if not may(actor, "read", OptOut):
        return {}
    stopped = {row.channel: row for row in opt_outs_of(patient, actor=actor)}
    addresses = {Notice.Channel.EMAIL: patient.email, Notice.Channel.SMS: patient.phone}
    return {
        "reminder_ways": [
            (channel, channel.label, addresses[channel], stopped.get(channel))
            for channel in Notice.Channel
            if addresses[channel] or channel in stopped
        ]
    }


def _patient(request: HttpRequest, patient_id: UUID, channel: str) -> Patient:
    if channel not in Notice.Channel.values:
        raise Missing
    patient = get_object_or_404(scoped(Patient, actor_of(request)), id=patient_id)
    require_patient(request, patient.id)
    return patient
