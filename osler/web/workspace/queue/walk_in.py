"""Taking in who comes without appointment: find the patient, press the queue or the service, done."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.patients.finding import find_patients
from osler.clinic.patients.models import Patient
from osler.clinic.scheduling.models import Queue, QueueEntry, QueueMember
from osler.clinic.scheduling.queue.queueing import take_in_walk_in
from osler.clinic.scheduling.queue.waiting_room import usual_waits
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import scoped
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.audit.access import record_access
from osler.foundation.directory.models import HealthcareService
from osler.foundation.ui.fields import SegmentedSelect
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt
from osler.web.workspace.patients.reading import open_patient
from osler.web.workspace.queue.lines import step_url
from osler.web.workspace.queue.places import DESK, Place, read_place
from osler.web.workspace.scheduling.filters import read_id

FOUND_AT_MOST = 8
Priority = QueueEntry.Priority


@dataclass(frozen=True)
class Way:
    """A queue with what one can come for; each is a button."""

    queue: Queue
    services: list[HealthcareService]
    wait: int | None

    def value(self, service: HealthcareService | None) -> str:
        return f"{self.queue.id}~{service.id if service else ''}"

    @property
    def buttons(self) -> list[tuple[str, str]]:
        """What is sent, and the word on the button."""
        if not self.services:
            return [(self.value(None), self.queue.name)]
        return [(self.value(one), one.told_name) for one in self.services]


class WalkInForm(DeedForm):
    """Why somebody comes, and whether it can wait; `into` is the button that was pressed."""

    into = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(label=gettext_lazy("Reason for the visit"), max_length=300, required=False)
    priority = forms.TypedChoiceField(
        label=gettext_lazy("Can it wait?"),
        coerce=int,
        choices=[
            (Priority.WALK_IN, gettext_lazy("Yes")),
            (Priority.URGENT, Priority.URGENT.label),
            (Priority.EMERGENCY, Priority.EMERGENCY.label),
        ],
        initial=Priority.WALK_IN,
        required=False,
        empty_value=Priority.WALK_IN,
        widget=SegmentedSelect,
    )
    priority_reason = forms.CharField(
        label=gettext_lazy("Why it cannot wait"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Needed for what goes before others"),
    )

    def __init__(self, *args: Any, ways: list[Way], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways

    def clean(self) -> dict[str, Any]:
        """Find the queue and the service that the button stands for."""
        data: dict[str, Any] = super().clean() or {}
        for way in self.ways:
            for service in way.services or [None]:
                if data.get("into") == way.value(service):
                    return data | {"queue": way.queue, "service": service}
        raise forms.ValidationError(_("Please choose what the patient comes for."))


@allow(*DESK, reads="Patient")
def walk_in(request: HttpRequest) -> HttpResponse:
    """Find the patient, then choose; taken in, he gets his number on paper."""
    actor, place = actor_of(request), read_place(request)
    if place is None:
        record_access(Patient, detail="walk-in")
        return render(request, "workspace/queue/none.html")
    named = read_id(request.GET.get("patient") or request.POST.get("patient"))
    if named is None:
        return _find(request, actor, place)
    return _take_in(request, actor, place, named)


def _find(request: HttpRequest, actor: Actor, place: Place) -> HttpResponse:
    text = request.GET.get("q", "")
    found = list(find_patients(text, actor=actor, limit=FOUND_AT_MOST)) if text else []
    record_access(Patient, patients=[one.id for one in found], detail="walk-in search")
    context = {
        "text": text,
        "place": place,
        "found": [(one, _url(place, patient=one.id)) for one in found],
    }
    return render(request, "workspace/queue/find_patient.html", context)


def _take_in(request: HttpRequest, actor: Actor, place: Place, patient_id: UUID) -> HttpResponse:
    patient = open_patient(request, patient_id, detail="walk-in")
    require_patient(request, patient.id)
    ways = _ways(place, actor)
    form = WalkInForm(request.POST if request.method == "POST" else None, ways=ways)
    if form.is_bound:
        entry = attempt(form, lambda: _deed(form, patient, actor))
        if entry is not None:
            said = _("%(patient)s has the number %(token)s.") % {"patient": patient, "token": entry.token}
            notify(request, said, undo_url=step_url(entry, "take-out"))
            return redirect("queue-slip", entry.id)
    context = {"patient": patient, "place": place, "ways": ways, "form": form}
    return render(
        request, "workspace/queue/walk_in.html", context, status=form.status if form.is_bound else 200
    )


def _deed(form: WalkInForm, patient: Patient, actor: Actor) -> QueueEntry:
    data = form.cleaned_data
    return take_in_walk_in(
        patient,
        queue=data["queue"],
        service=data["service"],
        reason=data["reason"],
        priority=data["priority"],
        priority_reason=data["priority_reason"],
        actor=actor,
    )


def _ways(place: Place, actor: Actor) -> list[Way]:
    """The queues of the site with their services; one that names nobody takes whatever the others do not."""
    members = scoped(QueueMember, actor).filter(queue__in=place.queues, active=True)
    named = list(members.values_list("queue_id", "service_id"))
    services = {one.id: one for one in scoped(HealthcareService, actor).filter(active=True).order_by("name")}
    elsewhere = {service_id for _queue, service_id in named}
    waits = usual_waits(actor, site=place.site)
    ways = []
    for queue in place.queues:
        own = {service_id for queue_id, service_id in named if queue_id == queue.id}
        is_anybodys = not any(queue_id == queue.id for queue_id, _service in named)
        offered = [
            one
            for key, one in services.items()
            if key in own or (is_anybodys and key not in elsewhere and one.places == 1)
        ]
        ways.append(Way(queue, offered, waits.get(queue.id)))
    return ways


def _url(place: Place, **more: object) -> str:
    return f"{reverse('walk-in')}?{urlencode({'site': place.site.id, **more})}"
