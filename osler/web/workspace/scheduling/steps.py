"""One click on the board: the patient's next step, and the way back from it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.appointments.booking import reinstate_appointment
from osler.clinic.scheduling.appointments.checkin import (
    check_in_patient,
    finish_visit,
    mark_no_show,
    reopen_visit,
    room_patient,
    undo_check_in,
    undo_rooming,
)
from osler.clinic.scheduling.appointments.confirming import confirm_appointment, take_back_confirmation
from osler.clinic.scheduling.models import Appointment
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import Location
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing
from osler.web.workspace.acting import actor_of
from osler.web.workspace.scheduling.filters import (
    read_id,
    way_back,
)

DESK = (Role.RECEPTION, Role.NURSE, Role.PHYSICIAN)


@dataclass(frozen=True)
class Step:
    """A step as a button: what it does, what is said after it, and what takes it back."""

    deed: Callable[..., Appointment]
    said: str | Promise
    undo: str = ""


STEPS: Mapping[str, Step] = {
    "check-in": Step(check_in_patient, gettext_lazy("%s is checked in."), "undo-check-in"),
    "undo-check-in": Step(undo_check_in, gettext_lazy("%s is no longer checked in.")),
    "room": Step(room_patient, gettext_lazy("%s is in the room."), "undo-room"),
    "undo-room": Step(undo_rooming, gettext_lazy("%s waits again.")),
    "confirm": Step(confirm_appointment, gettext_lazy("%s will come."), "unconfirm"),
    "unconfirm": Step(take_back_confirmation, gettext_lazy("That %s will come is no longer noted.")),
    "finish": Step(finish_visit, gettext_lazy("The visit of %s is over."), "reopen"),
    "reopen": Step(reopen_visit, gettext_lazy("The visit of %s goes on.")),
    "no-show": Step(mark_no_show, gettext_lazy("%s did not come."), "reinstate"),
    "reinstate": Step(reinstate_appointment, gettext_lazy("The visit of %s is booked again.")),
}


def appointment_of(actor: Actor, appointment_id: UUID, action: str = "read") -> Appointment:
    """An appointment that the actor may do this to, with whom it concerns."""
    found = scoped(Appointment, actor, action).select_related(
        "patient", "practitioner", "location", "room", "service", "series"
    )
    return get_object_or_404(
        found.defer("resource", "patient__resource", "practitioner__resource"),
        id=appointment_id,
    )


@allow(*DESK, methods=("POST",))
def take_step(request: HttpRequest, appointment_id: UUID, step: str) -> HttpResponse:
    """Do one step of the day and go back to where the button was."""
    wanted = STEPS.get(step)
    if wanted is None:
        raise Missing
    actor = actor_of(request)
    appointment = appointment_of(actor, appointment_id)
    require_patient(request, appointment.patient_id)
    extra = {"room": _room(request)} if step == "room" else {}
    wanted.deed(appointment, version=seen_version(request), actor=actor, **extra)
    notify(
        request,
        str(wanted.said) % appointment.patient,
        undo_url=step_url(appointment, wanted.undo) if wanted.undo else "",
    )
    return redirect(way_back(request, reverse("appointment", args=[appointment_id])))


def step_url(appointment: Appointment, step: str) -> str:
    """The address of a step's button: of this patient's visit as it is now."""
    return as_seen(reverse("appointment-step", args=[appointment.id, step]), appointment)


def _room(request: HttpRequest) -> Location | None:
    wanted = read_id(request.POST.get("room"))
    if wanted is None:
        return None
    return get_object_or_404(Location, id=wanted, form=Location.Form.ROOM)


def next_step(stage: str, actor: Actor) -> tuple[str, str]:
    """The step that comes next for this actor, and the word on its button ("" for none)."""
    is_care = actor.has_role(Role.NURSE, Role.PHYSICIAN)
    is_physician = actor.has_role(Role.PHYSICIAN)
    start = ("visit", _("Start visit"))
    steps = {
        "booked": ("check-in", _("Check in")),
        "confirmed": ("check-in", _("Check in")),
        "noshow": ("check-in", _("Came late")),
        "arrived": start if is_physician else ("room", _("To room")) if is_care else ("", ""),
        "checked-in": start if is_care else ("", ""),
        "in-progress": ("visit", _("Open visit")) if is_care else ("", ""),
        "cancelled": ("reinstate", _("Book again")),
    }
    return steps.get(stage, ("", ""))
