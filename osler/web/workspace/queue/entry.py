"""One entry of the queue: how urgent it is, and the slip of paper with its number."""

from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.models import QueueEntry
from osler.clinic.scheduling.queue.queueing import set_priority
from osler.clinic.scheduling.queue.waiting_room import priority_history, usual_waits
from osler.foundation.access.routes import allow
from osler.foundation.access.same_patient import require_patient
from osler.foundation.access.seen_version import form_version, seen_version
from osler.foundation.audit.access import record_access
from osler.foundation.ui.fields import SegmentedSelect
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt
from osler.web.workspace.queue.calling import entry_of
from osler.web.workspace.queue.places import DESK, EVERYBODY

Priority = QueueEntry.Priority
ORDINARY = 0


class PriorityForm(DeedForm):
    """How urgent it is, and why."""

    priority = forms.TypedChoiceField(
        label=gettext_lazy("Priority"),
        coerce=int,
        choices=[
            (Priority.EMERGENCY, Priority.EMERGENCY.label),
            (Priority.URGENT, Priority.URGENT.label),
            (ORDINARY, gettext_lazy("In turn")),
        ],
        widget=SegmentedSelect,
    )
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@allow(*DESK, reads="QueueEntry")
def priority(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Say how urgent somebody is; below, who said so before and why."""
    actor = actor_of(request)
    entry = entry_of(actor, entry_id)
    require_patient(request, entry.patient_id)
    record_access(QueueEntry, patient=entry.patient_id, entity_id=entry.id)
    initial = {"priority": entry.priority if entry.is_ahead else ORDINARY}
    form = PriorityForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound:
        data = form.cleaned_data if form.is_valid() else {}
        seen = seen_version(request)
        if attempt(form, lambda: set_priority(entry, version=seen, actor=actor, **data)) is not None:
            said = _("%(token)s: %(priority)s.")
            notify(request, said % {"token": entry.token, "priority": entry.get_priority_display()})
            return redirect(_back(entry))
    context = {
        "entry": entry,
        "form": form,
        "version": form_version(request, entry),
        "history": priority_history(actor, entry),
        "back": _back(entry),
    }
    return render(
        request, "workspace/queue/priority.html", context, status=form.status if form.is_bound else 200
    )


@allow(*EVERYBODY, reads="QueueEntry", methods=("GET",))
def slip(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The number on paper: nothing of who it is for, nor of what."""
    actor = actor_of(request)
    entry = entry_of(actor, entry_id)
    record_access(QueueEntry, patient=entry.patient_id, entity_id=entry.id, detail="slip")
    context = {
        "entry": entry,
        "wait": usual_waits(actor, site=entry.site).get(entry.queue_id),
        "now": clock.now(),
        "back": _back(entry),
    }
    with timezone.override(ZoneInfo(entry.site.zone)):
        return render(request, "workspace/queue/slip.html", context)


def _back(entry: QueueEntry) -> str:
    return f"{reverse('queue')}?site={entry.site_id}"
