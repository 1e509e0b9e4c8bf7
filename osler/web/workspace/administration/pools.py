"""Pools: people or places of which a visit needs any one, made, changed, retired."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from osler.clinic.scheduling.calendars.pools import pool_list, restore_pool, retire_pool, save_pool
from osler.clinic.scheduling.models import Pool
from osler.clinic.scheduling.queries import bookable_practitioners
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import as_seen, seen_version
from osler.foundation.directory.models import Location, Practitioner
from osler.foundation.ui.notices import notify
from osler.web.workspace.acting import actor_of
from osler.web.workspace.billing.forms import DeedForm
from osler.web.workspace.billing.pages import attempt

ROOMS = (Location.Form.ROOM, Location.Form.OTHER)


class PlacesField(forms.ModelMultipleChoiceField):
    """Rooms of several sites may have one name: each is told with its site."""

    def label_from_instance(self, obj: Location) -> str:  # type: ignore[override]
        return obj.told_with_site


class PoolForm(DeedForm):
    """A pool: its name, and who and what belongs to it."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=200,
        help_text=gettext_lazy("What any one of them is for: Echo rooms, Interpreters of Spanish"),
    )
    places = PlacesField(
        label=gettext_lazy("Rooms and devices"),
        queryset=Location.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("A device is booked as the place where it stands."),
    )
    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("People who keep a calendar"),
        queryset=Practitioner.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, places: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["places"].queryset = places  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    def members(self) -> list[Practitioner | Location]:
        """Who and what was ticked."""
        return [*self.cleaned_data["people"], *self.cleaned_data["places"]]


@allow(Role.ADMINISTRATOR, methods=("GET",))
def pools(request: HttpRequest) -> HttpResponse:
    """Every pool with its members; retired ones are needed by nobody."""
    return render(
        request, "workspace/administration/pools.html", {"rows": pool_list(actor=actor_of(request))}
    )


@allow(Role.ADMINISTRATOR)
def pool_new(request: HttpRequest) -> HttpResponse:
    """Make a pool."""
    return _edit(request, Pool())


@allow(Role.ADMINISTRATOR)
def pool(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """Rename a pool, or change who and what belongs to it."""
    return _edit(request, _pool(request, pool_id))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def pool_retire(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """Have it needed no more."""
    row = _pool(request, pool_id)
    retire_pool(row, version=seen_version(request), actor=actor_of(request))
    undo = as_seen(reverse("pool-restore", args=[row.id]), row)
    notify(request, _("No visit needs one of %(name)s any more.") % {"name": row.name}, undo_url=undo)
    return redirect("pools")


@allow(Role.ADMINISTRATOR, methods=("POST",))
def pool_restore(request: HttpRequest, pool_id: UUID) -> HttpResponse:
    """Let a retired pool count again."""
    row = _pool(request, pool_id)
    restore_pool(row, version=seen_version(request), actor=actor_of(request))
    notify(request, _("%(name)s counts again.") % {"name": row.name})
    return redirect("pools")


def _edit(request: HttpRequest, row: Pool) -> HttpResponse:
    actor, is_new = actor_of(request), row._state.adding
    held = [] if is_new else list(row.members.filter(active=True))
    initial = {
        "name": row.name,
        "places": [one.location_id for one in held if one.location_id],
        "people": [one.practitioner_id for one in held if one.practitioner_id],
    }
    form = PoolForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        places=scoped(Location, actor)
        .filter(form__in=ROOMS, status="active")
        .select_related("part_of")
        .order_by("part_of__name", "name", "id"),
        people=bookable_practitioners(actor),
    )
    version = None if is_new else seen_version(request) if form.is_bound else row.version
    if form.is_bound:
        saved = attempt(
            form,
            lambda: save_pool(
                row, name=form.cleaned_data["name"], members=form.members(), version=version, actor=actor
            ),
        )
        if saved is not None:
            notify(request, _("Saved."))
            return redirect("pools")
    context = {"form": form, "row": None if is_new else row, "version": version, "title": initial["name"]}
    status = form.status if form.is_bound else 200
    return render(request, "workspace/administration/pool.html", context, status=status)


def _pool(request: HttpRequest, key: UUID) -> Pool:
    return get_object_or_404(scoped(Pool, actor_of(request), "plan"), id=key)
