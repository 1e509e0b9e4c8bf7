"""What an administrator does for an account: close, reopen, second step, link, tokens."""

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from osler.foundation.access.account_care import (
    close_account,
    hand_over_link,
    reopen_account,
    reset_second_step,
    revoke_api_token,
)
from osler.foundation.access.policy import scoped
from osler.foundation.access.roles import Role
from osler.foundation.access.routes import allow
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.models import ApiToken, User
from osler.foundation.ui.notices import notify
from osler.kernel.errors import Refusal
from osler.web.workspace.acting import actor_of
from osler.web.workspace.administration.forms import ReasonForm
from osler.web.workspace.administration.users import user_of, user_page

Deed = Callable[..., User | str]


@allow(Role.ADMINISTRATOR, methods=("POST",))
def close(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Close an account: sessions and tokens are dead at once."""
    return _do(
        request, user_id, "close", close_account, _("The account is closed. Whoever used it is signed out.")
    )


@allow(Role.ADMINISTRATOR, methods=("POST",))
def reopen(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Open a closed account again."""
    return _do(request, user_id, "reopen", reopen_account, _("The account is open again."))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def second_step(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """Reset a lost second step."""
    said = _("The second step is reset: a new one is asked for at the next sign-in.")
    return _do(request, user_id, "second_step", reset_second_step, said)


@allow(Role.ADMINISTRATOR)
def link(request: HttpRequest, user_id: UUID) -> HttpResponse:
    """The link by which a user sets a password, once: the first one, or with a reason a new one."""
    found = user_of(actor_of(request), user_id)
    if request.method == "POST":
        return _do(request, user_id, "link", hand_over_link, "")
    if found.has_usable_password() or not found.is_active:
        return redirect("user", user_id=found.id)
    return _link_page(request, found, password_path(found))


@allow(Role.ADMINISTRATOR, methods=("POST",))
def revoke(request: HttpRequest, user_id: UUID, token_id: UUID) -> HttpResponse:
    """Revoke an API token at once."""
    actor = actor_of(request)
    token = get_object_or_404(scoped(ApiToken, actor, "revoke").filter(user_id=user_id), id=token_id)
    revoke_api_token(token, actor=actor)
    notify(request, _("The token is revoked."))
    return redirect("user", user_id=user_id)


def _do(request: HttpRequest, user_id: UUID, name: str, deed: Deed, said: str | Promise) -> HttpResponse:
    """Do a deed for an account with the reason of the form, or show the form with what stands against it."""
    actor = actor_of(request)
    found = user_of(actor, user_id)
    form = ReasonForm(request.POST, auto_id=f"id_{name}_%s")
    if not form.is_valid():
        return user_page(request, found, care=(name, form), status=422)
    try:
        with transaction.atomic():
            done = deed(found, reason=form.cleaned_data["reason"], actor=actor)
    except Refusal as refusal:
        form.add_error(refusal.field or None, str(refusal))
        return user_page(request, user_of(actor, user_id), care=(name, form), status=refusal.status)
    if isinstance(done, str):
        return _link_page(request, found, done)
    notify(request, said)
    return redirect("user", user_id=user_id)


def _link_page(request: HttpRequest, found: User, path: str) -> HttpResponse:
    context = {"user_shown": found, "link": request.build_absolute_uri(path)}
    return render(request, "workspace/administration/link.html", context)
