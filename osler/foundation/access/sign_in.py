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
from osler.foundation.accounts.attempts import count_password_try, forget_password_tries
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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user of an address and a password; each try is counted before it is looked at (A20)."""
        email, address = str(credentials.get("email", "")), self.get_client_ip(request)
        count_password_try(email, address)
        user: User | None = super().authenticate(request, **credentials)
        if user is not None:
            forget_password_tries(email, address)
        return user

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is this user's password; an address may have accounts in several clinics."""
        address = self.get_client_ip(self.request)
        count_password_try(user.email, address)
        is_right = user.check_password(password)
        if is_right:
            forget_password_tries(user.email, address)
        return is_right

    def set_password(self, user: User, password: str) -> None:
        """A new password is one that nobody has guessed at yet."""
        super().set_password(user, password)
        forget_password_tries(user.email)

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address of the person: trusted proxies have been looked through already."""
        return str(request.META.get("REMOTE_ADDR") or "unknown")

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        in_portal = getattr(request.session, "realm", "") == Session.Realm.PORTAL
        signed_in = SESSION_KEY in request.session
        return "/portal/" if signed_in and in_portal else str(settings.LOGIN_REDIRECT_URL)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail to an address; to a sign-in name that the desk made up there is no way."""
        if not email.endswith(".invalid"):
            super().send_mail(template_prefix, email, context)

    def is_safe_url(self, url: str) -> bool:
        """Whether a way back stays here; what is no address at all does not."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def populate_username(self, request: HttpRequest, user: Any) -> None:
        """Users are known by their e-mail address alone."""


def password_path(user: User) -> str:
    """Where somebody who has no password yet sets one; it works once."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return reverse("account_reset_password_from_key", kwargs=key)
