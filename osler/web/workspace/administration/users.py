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
from osler.foundation.access.second_factor import second_steps_of
from osler.foundation.access.seen_version import seen_version
from osler.foundation.accounts.models import ApiToken, User
from osler.foundation.directory.models import Location
from osler.foundation.ui.notices import notify
from osler.kernel import clock
from osler.kernel.errors import Missing, Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.forms import GrantForm, InvitationForm, ReasonForm


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
    return user_page(request, user_of(actor, user_id))


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


@allow(Role.ADMINISTRATOR, methods=("POST",))
def grant(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Give a role."""
    actor = actor_of(request)
    found = user_of(actor, user_id)
    form = GrantForm(request.POST, sites=_sites(actor))
    if not form.is_valid():
        return user_page(request, found, form=form, status=422)
    try:
        role, facility = Role(form.cleaned_data["role"]), form.cleaned_data["facility"]
        grant_role(found, role=role, facility=facility, actor=actor)
    except Refusal as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return user_page(request, found, form=form, status=refusal.status)
    notify(request, _("%(name)s has the role %(role)s now.") % {"name": found.name, "role": role.label})
    return redirect("user", user_id=found.id)


@allow(Role.ADMINISTRATOR, methods=("POST",))
def end(request: HttpRequest, assignment_id: UUID) -> HttpResponse:
    """Take a role away at once."""
    actor = actor_of(request)
    rows = scoped(RoleAssignment, actor, "end").select_related("user")
    assignment = get_object_or_404(rows, id=assignment_id)
    end_role(assignment, version=seen_version(request), actor=actor)
    notify(request, _("The role is ended."))
    return redirect("user", user_id=assignment.user_id)


def user_page(
    request: HttpRequest,
    found: User,
    *,
    form: GrantForm | None = None,
    care: tuple[str, ReasonForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """One user's page; `care` is the form of the account that was sent and not taken."""
    actor = actor_of(request)
    held = list(_assignments(actor).filter(user=found))
    sent, sent_form = care or ("", None)
    deeds = {
        deed: sent_form if deed == sent else ReasonForm(auto_id=f"id_{deed}_%s")
        for deed in ("close", "reopen", "second_step", "link")
    }
    context = {
        "user_shown": found,
        "current": [one for one in held if one.ended_at is None],
        "former": [one for one in held if one.ended_at is not None],
        "form": form or GrantForm(sites=_sites(actor)),
        "deeds": deeds,
        "sent": sent,
        "sent_form": sent_form,
        "is_own": found.pk == actor.user_id,
        "second_steps": second_steps_of(found),
        "tokens": scoped(ApiToken, actor).filter(user=found).order_by("-created_at"),
        "now": clock.now(),
    }
    return render(request, "workspace/administration/user.html", context, status=status)


def _assignments(actor: Actor) -> QuerySet[RoleAssignment]:
    rows = scoped(RoleAssignment, actor).filter(user__organization_id=actor.organization_id)
    return rows.select_related("user", "facility").defer("facility__resource").order_by("role", "id")


def user_of(actor: Actor, user_id: UUID) -> User:
    """A user with a role in this clinic, now or before; others are not to be known of."""
    held = _assignments(actor).filter(user_id=user_id).first()
    if held is None:
        raise Missing
    return held.user


def _sites(actor: Actor) -> QuerySet[Location]:
    sites = scoped(Location, actor).filter(form=Location.Form.SITE, status=Location.Status.ACTIVE)
    return sites.order_by("name")
