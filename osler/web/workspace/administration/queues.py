"""Queues of the sites, and the screens that call from them."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.models import Queue, QueueScreen
from osler.clinic.scheduling.queries import bookable_practitioners
from osler.clinic.scheduling.queue.queues import (
    close_queue,
    close_screen,
    open_screen,
    queue_list,
    reopen_queue,
    reopen_screen,
    save_queue,
    screen_list,
)
from osler.clinic.scheduling.queue.screens import token_of
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import HealthcareService, Location, Practitioner
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt


class QueueForm(DeedForm):
    """A queue: where, its name and letter, and whose visits belong to it."""

    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Location.objects.none())
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    letter = forms.RegexField(
        label=gettext_lazy("Letter"),
        regex=r"^[A-Za-z]$",
        max_length=1,
        help_text=gettext_lazy("The numbers on the slips begin with it: A07"),
    )
    missed_after = forms.IntegerField(
        label=gettext_lazy("No-show after so many calls without answer"), min_value=1, max_value=9
    )
    services = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Services"),
        queryset=HealthcareService.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "A queue that names no service and nobody takes every visit that no other does."
        ),
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Clinicians"),
        queryset=Practitioner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Their visits wait here, whatever the service."),
    )

    def __init__(self, *args: Any, sites: Any, services: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = {"site": sites, "services": services, "people": people}
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]

    def members(self) -> list[Practitioner | HealthcareService]:
        """Who and what was ticked."""
        return [*self.cleaned_data["people"], *self.cleaned_data["services"]]


class ScreenForm(DeedForm):
    """A screen: in which waiting room it hangs."""

    site = forms.ModelChoiceField(label=gettext_lazy("Site"), queryset=Location.objects.none())
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("Where it hangs: ground floor")
    )

    def __init__(self, *args: Any, sites: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites  # type: ignore[attr-defined]


@allow(Role.ADMINISTRATOR, methods=("GET",))
def queues(request: HttpRequest) -> HttpResponse:
    """Every queue with its members, and the screens with their addresses."""
    actor = actor_of(request)
    screens = [
        (one, request.build_absolute_uri(reverse("queue-screen", args=[token_of(one)])))
        for one in screen_list(actor=actor)
    ]
    context = {"rows": queue_list(actor=actor), "screens": screens}
    return render(request, "workspace/administration/queues.html", context)


@allow(Role.ADMINISTRATOR)
def queue_new(request: HttpRequest) -> HttpResponse:
    """Make a queue."""
    return _edit(request, Queue())


@allow(Role.ADMINISTRATOR)
def queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Change a queue, or whose visits belong to it; its site stays."""
    return _edit(request, _queue(request, queue_id))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def queue_close(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Take nobody in any more."""
    row = _queue(request, queue_id)
    close_queue(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("queue-reopen", args=[row.id]), row)
    notify(request, _("Nobody is taken into %(name)s any more.") % {"name": row.name}, undo_url=undo)
    return redirect("queues")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def queue_reopen(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Let a closed queue be open again."""
    row = _queue(request, queue_id)
    reopen_queue(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s is open again.") % {"name": row.name})
    return redirect("queues")


@allow(Role.ADMINISTRATOR)
def screen_new(request: HttpRequest) -> HttpResponse:
    """Give a screen its address."""
    actor = actor_of(request)
    form = ScreenForm(request.POST if request.method == "POST" else None, sites=_sites(request))
    if form.is_bound:
        data = form.cleaned_data if form.is_valid() else {}
        if attempt(form, lambda: open_screen(data["site"], name=data["name"], actor=actor)) is not None:
            notify(request, _("The screen has its address."))
            return redirect("queues")
    context = {"form": form, "title": _("Add a call screen")}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/queue.html", context, status=status)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def screen_close(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    """End an address."""
    row = _screen(request, screen_id)
    close_screen(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("screen-reopen", args=[row.id]), row)
    notify(request, _("The address of %(name)s shows nothing any more.") % {"name": row.name}, undo_url=undo)
    return redirect("queues")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def screen_reopen(request: HttpRequest, screen_id: UUID) -> HttpResponse:
    """Let an address show the queue again."""
    row = _screen(request, screen_id)
    reopen_screen(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s shows the queue again.") % {"name": row.name})
    return redirect("queues")


def _edit(request: HttpRequest, row: Queue) -> HttpResponse:
    actor, is_new = actor_of(request), row._state.adding
    held = [] if is_new else list(row.members.filter(active=True))
    title = _("Add a queue") if is_new else row.name
    form = QueueForm(
        request.POST if request.method == "POST" else None,
        initial={
            "site": row.site_id,
            "name": row.name,
            "letter": row.letter,
            "missed_after": row.missed_after,
            "services": [one.service_id for one in held if one.service_id],
            "people": [one.practitioner_id for one in held if one.practitioner_id],
        },
        sites=_sites(request) if is_new else scoped(Location, actor).filter(id=row.site_id),
        services=scoped(HealthcareService, actor).filter(active=True).order_by("name", "id"),
        people=bookable_practitioners(actor),
    )
    version = None if is_new else seen_version(request) if form.is_bound else row.version
    if form.is_bound and attempt(form, lambda: _save(form, row, version, request)) is not None:
        notify(request, _("Saved."))
        return redirect("queues")
    context = {"form": form, "row": None if is_new else row, "version": version, "title": title}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/queue.html", context, status=status)


def _save(form: QueueForm, row: Queue, version: int | None, request: HttpRequest) -> Queue:
    for name in ("site", "name", "letter", "missed_after"):
        setattr(row, name, form.cleaned_data[name])
    return save_queue(row, members=form.members(), version=version, actor=actor_of(request))


def _sites(request: HttpRequest) -> Any:
    found = scoped(Location, actor_of(request)).filter(form=Location.Form.SITE, status="active")
    return found.order_by("name", "id")


def _queue(request: HttpRequest, key: UUID) -> Queue:
    return get_object_or_404(scoped(Queue, actor_of(request), "plan").select_related("site"), id=key)


def _screen(request: HttpRequest, key: UUID) -> QueueScreen:
    return get_object_or_404(scoped(QueueScreen, actor_of(request), "plan").select_related("site"), id=key)
