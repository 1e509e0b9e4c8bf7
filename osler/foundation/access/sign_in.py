"""Signing in: which realm a user enters, and where the way leads on."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest
from django.urls import reverse

from osler.foundation.access.actors import load_actor
from osler.foundation.accounts.models import Session, User


class AccountAdapter(DefaultAccountAdapter):
    """Staff go to the workspace, patients to the portal; nobody opens an account by himself."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        found = load_actor(user.pk)
        is_staff = found is not None and bool(found[0].roles)
        request.session.realm = Session.Realm.STAFF if is_staff else Session.Realm.PORTAL  # type: ignore[attr-defined]

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        in_portal = getattr(request.session, "realm", "") == Session.Realm.PORTAL
        signed_in = SESSION_KEY in request.session
        return "/portal/" if signed_in and in_portal else str(settings.LOGIN_REDIRECT_URL)

    def is_safe_url(self, url: str) -> bool:
        """Whether a way back stays here; what is no address at all does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users are known by their e-mail address alone."""


def tried_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Who somebody tries to be, however he writes it: failures count against that name alone."""
    tried = (credentials or {}).get("email") or request.POST.get("login", "")
    return str(tried).strip().casefold()[:255]


def password_path(user: User) -> str:
    """Where somebody who has no password yet sets one; it works once."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
