"""Users: who signs in, with which roles; invited by a link, ended at once."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from osler.foundation.access.actors import Actor
from osler.foundation.access.assignments import end_role, grant_role, invite_user
from osler.foundation.access.models import RoleAssignment
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.models import User
from osler.foundation.directory.models import Location
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of, version_of
from osler.web.workspace.administration.forms import GrantForm, InvitationForm


@allow(Role.ADMINISTRATOR, methods=("GET",))
def users(request: HttpRequest) -> HttpResponse:
    """Everybody who has or had a role here."""
    held: dict[User, list[RoleAssignment]] = {}
    for one in _assignments(actor_of(request)):
        held.setdefault(one.user, []).append(one)
    shown = [
        (user, [one for one in theirs if one.ended_at is None])
        for user, theirs in sorted(held.items(), key=lambda pair: pair[0].name.casefold())
    ]
    query = request.GET.get("q", "").strip().casefold()[:100]
    if query:
        shown = [pair for pair in shown if query in f"{pair[0].name} {pair[0].email}".casefold()]
    return render(request, "workspace/administration/users.html", {"users": shown, "query": query})


@allow(Role.ADMINISTRATOR, methods=("GET",))
def user(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """One user: roles now and before."""
    actor = actor_of(request)
    return _page(request, _user(actor, user_id), GrantForm(sites=_sites(actor)))


@allow(Role.ADMINISTRATOR)
def invite(request: HttpRequest) -> HttpResponse:
    """A new member of staff: account, roles, and the link to set a password."""
    actor = actor_of(request)
    form = InvitationForm(request.POST if request.method == "POST" else None, sites=_sites(actor))
    if form.is_bound and form.is_valid():
        try:
            with transaction.atomic():
                found = _invite(form.cleaned_data, actor)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            notify(request, _("%s may work here now. Hand over the link below.") % found.name)
            return redirect(reverse("user-link", args=[found.id]))
    status = 422 if form.is_bound else 200
    return render(request, "workspace/administration/invite.html", {"form": form}, status=status)


def _invite(data: dict[str, Any], actor: Actor) -> User:
    found = invite_user(email=data["email"], name=data["name"], actor=actor)
    for role in data["roles"]:
        grant_role(found, role=Role(role), facility=data["facility"], actor=actor)
    return found


@allow(Role.ADMINISTRATOR)
def link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """The link by which a user without a password sets one; it works once."""
    found = _user(actor_of(request), user_id)
    if found.has_usable_password():
        return redirect("user", user_id=found.id)
    context = {"user_shown": found, "link": request.build_absolute_uri(password_path(found))}
    return render(request, "workspace/administration/link.html", context)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def grant(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a role."""
    actor = actor_of(request)
    found = _user(actor, user_id)
    form = GrantForm(request.POST, sites=_sites(actor))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        role, facility = Role(form.cleaned_data["role"]), form.cleaned_data["facility"]
        grant_role(found, role=role, facility=facility, actor=actor)
    except Refusal as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return _page(request, found, form, status=refusal.status)
    notify(request, _("%(name)s has the role %(role)s now.") % {"name": found.name, "role": role.label})
    return redirect("user", user_id=found.id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def end(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Take a role away at once."""
    actor = actor_of(request)
    rows = scoped(RoleAssignment, actor, "end").select_related("user")
    assignment = get_object_or_404(rows, id=assignment_id)
    end_role(assignment, version=version_of(request) or 0, actor=actor)
    notify(request, _("The role is ended."))
    return redirect("user", user_id=assignment.user_id)


def _page(request: HttpRequest, found: User, form: GrantForm, *, status: int = 200) -> HttpResponse:
    held = list(_assignments(actor_of(request)).filter(user=found))
    context = {
        "user_shown": found,
        "current": [one for one in held if one.ended_at is None],
        "former": [one for one in held if one.ended_at is not None],
        "form": form,
    }
    return render(request, "workspace/administration/user.html", context, status=status)


def _assignments(actor: Actor) -> QuerySet[RoleAssignment]:
    rows = scoped(RoleAssignment, actor).filter(user__organization_id=actor.organization_id)
    return rows.select_related("user", "facility").defer("facility__resource").order_by("role", "id")


def _user(actor: Actor, user_id: UUID) -> User:
    """A user with a role in this clinic, now or before; others are not to be known of."""
    held = _assignments(actor).filter(user_id=user_id).first()
    if held is None:
        raise Missing
    return held.user


def _sites(actor: Actor) -> QuerySet[Location]:
    sites = scoped(Location, actor).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    return sites.order_by("name")
