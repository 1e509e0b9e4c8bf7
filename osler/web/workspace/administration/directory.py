"""Sites and rooms, practitioners, services: lists and one form each, by the same few lines."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.clinic.scheduling.calendars.pools import needs_of, pools, set_needs
from osler.foundation.access.actors import Actor
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import decide, scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.seen_version import seen_version
from osler.foundation.accounts.models import User
from osler.foundation.directory.models import (
    HealthcareService,
    Location,
    Practitioner,
    PractitionerRole,
)
from osler.foundation.ui.notices import notify
from osler.kernel.constraints import refusals
from osler.kernel.errors import Refusal, StaleVersion
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.forms import LocationForm, PractitionerForm, ServiceForm


@dataclass(frozen=True)
class Kind:
    """A table of the directory, its form and its words."""

    model: type[Any]
    form: Callable[..., Any]
    given: Callable[[Actor], dict[str, Any]]
    route: str
    title: str | Promise
    new: str | Promise
    order: tuple[str, ...]
    template: str


def _places(actor: Actor) -> dict[str, Any]:
    return {"places": scoped(Location, actor).order_by("name")}


def _accounts(actor: Actor) -> dict[str, Any]:
    working = scoped(RoleAssignment, actor).filter(ended_at=None)
    return {"accounts": User.objects.filter(id__in=working.values("user_id")).order_by("name")}


def _before_and_pools(actor: Actor) -> dict[str, Any]:
    simple = scoped(HealthcareService, actor).filter(active=True, needs_before=None)
    return {"pools": pools(actor=actor), "services": simple.order_by("name", "id")}


LOCATIONS = Kind(
    Location,
    LocationForm,
    _places,
    "locations",
    _("Sites and rooms"),
    _("Add a place"),
    ("form", "name"),
    "workspace/administration/locations.html",
)
PRACTITIONERS = Kind(
    Practitioner,
    PractitionerForm,
    _accounts,
    "practitioners",
    _("Practitioners"),
    _("Add a practitioner"),
    ("family", "given"),
    "workspace/administration/practitioners.html",
)
SERVICES = Kind(
    HealthcareService,
    ServiceForm,
    _before_and_pools,
    "services",
    _("Services"),
    _("Add a service"),
    ("name",),
    "workspace/administration/services.html",
)


@allow(Role.ADMINISTRATOR, methods=("GET",))
def locations(request: HttpRequest) -> HttpResponse:
    """Sites with their rooms."""
    rows = list(scoped(Location, actor_of(request)).defer("resource").order_by("name"))
    parts: dict[UUID | None, list[Location]] = {}
    for row in rows:
        parts.setdefault(row.part_of_id, []).append(row)
    tops = [(top, _below(top, parts)) for top in parts.get(None, [])]
    return render(request, LOCATIONS.template, {"kind": LOCATIONS, "tops": tops})


def _below(top: Location, parts: dict[UUID | None, list[Location]]) -> list[Location]:
    found = []
    for part in parts.get(top.id, []):
        found += [part, *_below(part, parts)]
    return found


@allow(Role.ADMINISTRATOR, methods=("GET",))
def practitioners(request: HttpRequest) -> HttpResponse:
    """Who gives care."""
    return _list(request, PRACTITIONERS, "user")


@allow(Role.ADMINISTRATOR, methods=("GET",))
def services(request: HttpRequest) -> HttpResponse:
    """What can be booked."""
    return _list(request, SERVICES)


@allow(Role.ADMINISTRATOR)
def location(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a place."""
    return _edit(request, LOCATIONS, key)


@allow(Role.ADMINISTRATOR)
def location_new(request: HttpRequest) -> HttpResponse:
    """Add a place."""
    return _edit(request, LOCATIONS)


@allow(Role.ADMINISTRATOR)
def practitioner(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a practitioner."""
    return _edit(request, PRACTITIONERS, key)


@allow(Role.ADMINISTRATOR)
def practitioner_new(request: HttpRequest) -> HttpResponse:
    """Add a practitioner."""
    return _edit(request, PRACTITIONERS)


@allow(Role.ADMINISTRATOR)
def service(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change a service."""
    return _edit(request, SERVICES, key)


@allow(Role.ADMINISTRATOR)
def service_new(request: HttpRequest) -> HttpResponse:
    """Add a service."""
    return _edit(request, SERVICES)


def _list(request: HttpRequest, kind: Kind, *related: str) -> HttpResponse:
    rows = scoped(kind.model, actor_of(request)).defer("resource").order_by(*kind.order, "id")
    if related:
        rows = rows.select_related(*related)
    shown = list(rows)
    if kind is PRACTITIONERS:
        specialties = PractitionerRole.objects.filter(active=True).order_by("id")
        known = dict(specialties.values_list("practitioner_id", "specialty"))
        for row in shown:
            row.specialty = known.get(row.id, "")
    return render(request, kind.template, {"kind": kind, "rows": shown})


def _edit(request: HttpRequest, kind: Kind, key: UUID | None = None) -> HttpResponse:
    actor = actor_of(request)
    decide(actor, "edit", kind.model)
    row = get_object_or_404(scoped(kind.model, actor, "edit"), id=key) if key else None
    initial = _initial(kind, row, actor)
    form = kind.form(
        request.POST if request.method == "POST" else None,
        instance=row,
        initial=initial,
        **kind.given(actor),
    )
    status, version = 200, row.version if row else None
    if form.is_bound:
        status, version = 422, seen_version(request)
        if form.is_valid():
            try:
                _save(kind, form, version=version, actor=actor)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
                status = refusal.status
            else:
                notify(request, _("Saved."))
                return redirect(kind.route)
    context = {"kind": kind, "form": form, "row": row, "version": version}
    return render(request, "workspace/administration/edit.html", context, status=status)


def _initial(kind: Kind, row: Model | None, actor: Actor) -> dict[str, Any]:
    if kind is SERVICES and isinstance(row, HealthcareService):
        return {"needs": needs_of(row, actor=actor)}
    if kind is not PRACTITIONERS or row is None:
        return {}
    held = PractitionerRole.objects.filter(practitioner_id=row.pk, active=True).order_by("id").first()
    return {"specialty": held.specialty if held else ""}


def _save(kind: Kind, form: Any, *, version: int | None, actor: Actor) -> None:
    if form.instance.pk and not form.instance._state.adding and version != form.instance.version:
        raise StaleVersion
    with refusals():
        saved = form.save()
        if kind is PRACTITIONERS:
            _keep_specialty(saved, str(form.cleaned_data["specialty"]))
        if "needs" in form.cleaned_data:
            set_needs(saved, form.cleaned_data["needs"], actor=actor)


def _keep_specialty(practitioner: Practitioner, specialty: str) -> None:
    held = PractitionerRole.objects.filter(practitioner=practitioner, active=True).order_by("id").first()
    if held is None and specialty:
        PractitionerRole.objects.create(practitioner=practitioner, specialty=specialty)
    elif held is not None and held.specialty != specialty:
        held.specialty, held.specialty_code = specialty, ""
        held.save()
