"""Second factors: their secrets lie sealed in the database, and their codes cannot be guessed."""

from base64 import b64decode, b64encode
from typing import Any

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from osler.foundation.accounts.attempts import count_code_try, forget_code_tries
from osler.foundation.accounts.models import User
from osler.foundation.vault.sealing import open_sealed, seal

PLACE = "mfa_authenticator.data"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals what allauth keeps: the keys of one-time codes, the seed of recovery codes."""

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text, organization="", place=PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(b64decode(encrypted_text), organization="", place=PLACE)


def second_steps_of(user: User) -> list[str]:
    """The second steps that somebody has set up, in words."""
    words = {"totp": _("app with codes"), "webauthn": _("key"), "recovery_codes": _("recovery codes")}
    kinds = Authenticator.objects.filter(user=user).values_list("type", flat=True)
    return [str(words.get(kind, kind)) for kind in sorted(set(kinds))]


def renew_session(request: HttpRequest, **news: Any) -> None:
    """A second step that has been set up raises one's rights: the session goes on under a new key (A17)."""
    request.session.cycle_key()


class CodeForm(AuthenticateForm):  # type: ignore[misc]
    """A one-time or recovery code at sign-in, counted before it is compared."""

    def clean_code(self) -> str:
        count_code_try(self.user.pk)
        code: str = super().clean_code()
        forget_code_tries(self.user.pk)
        return code


class CodeAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """A code before a step that matters, counted with those at sign-in."""

    def clean_code(self) -> str:
        count_code_try(self.user.pk)
        code: str = super().clean_code()
        forget_code_tries(self.user.pk)
        return code
