"""What an administrator does for the accounts of the clinic: close, reopen, second step, link, tokens.

Each deed has a reason and leaves an event of the trail. Nobody does them to the own account: that has
pages of its own, which ask for the password first.
"""

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from osler.foundation.access.actors import Actor
from osler.foundation.access.assignments import require_another_administrator
from osler.foundation.access.policy import decide
from osler.foundation.access.sign_in import password_path
from osler.foundation.accounts.attempts import forget_code_tries
from osler.foundation.accounts.models import ApiToken, Session, User
from osler.foundation.accounts.tokens import revoke_token
from osler.foundation.audit.access import record_access
from osler.foundation.audit.context import because
from osler.kernel import clock
from osler.kernel.errors import Conflict, Invalid


class OwnAccount(Conflict):
    """Somebody else must do it."""

    code = "own-account"
    message = _("This is your own account: ask another administrator.")


class ReasonMissing(Invalid):
    """The trail wants to know why."""

    code = "reason-missing"
    message = _("Give a reason.")
    field = "reason"


class ClosedAlready(Conflict):
    """The account is closed."""

    code = "closed-already"
    message = _("This account is closed already.")


class OpenAlready(Conflict):
    """The account is open."""

    code = "open-already"
    message = _("This account is open already.")


class NoSecondStep(Conflict):
    """There is nothing to reset."""

    code = "no-second-step"
    message = _("This account has no second step: it is asked for at the next sign-in.")


class RevokedAlready(Conflict):
    """The token works no more."""

    code = "revoked-already"
    message = _("This token was revoked already.")


def close_account(user: User, *, reason: str, actor: Actor) -> User:
    """Nobody signs in with this account any more; its sessions and tokens end with this transaction."""
    _begin(user, "close", reason, actor)
    require_another_administrator(user)
    if not user.is_active:
        raise ClosedAlready
    user.is_active = False
    user.save(update_fields=["is_active"])
    end_sessions(user)
    ApiToken.objects.filter(user=user, revoked_at=None).update(revoked_at=clock.now())
    _record(user, "account closed")
    return user


def reopen_account(user: User, *, reason: str, actor: Actor) -> User:
    """The account is as it was; the tokens stay revoked."""
    _begin(user, "close", reason, actor)
    if user.is_active:
        raise OpenAlready
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record(user, "account opened again")
    return user


def reset_second_step(user: User, *, reason: str, actor: Actor) -> User:
    """Forget keys, app and recovery codes; the next sign-in asks for a new second step."""
    _begin(user, "reset", reason, actor)
    removed, _kinds = Authenticator.objects.filter(user=user).delete()
    if not removed:
        raise NoSecondStep
    forget_code_tries(user.pk)
    end_sessions(user)
    _record(user, "second step reset")
    return user


def hand_over_link(user: User, *, reason: str, actor: Actor) -> str:
    """The path by which the user sets a new password, once; until then the old one stays."""
    _begin(user, "reset", reason, actor)
    if not user.is_active:
        raise ClosedAlready
    _record(user, "link to set a password")
    return password_path(user)


def revoke_api_token(token: ApiToken, *, actor: Actor) -> ApiToken:
    """The token is refused from the next request on."""
    decide(actor, "revoke", token)
    if token.revoked_at is not None:
        raise RevokedAlready
    revoke_token(token)
    record_access(ApiToken, entity_id=token.id, action="E", detail="token revoked")
    return token


def end_sessions(user: User) -> None:
    """Sign somebody out everywhere."""
    Session.objects.filter(user=user).delete()


def _begin(user: User, action: str, reason: str, actor: Actor) -> None:
    decide(actor, action, user)
    if user.pk == actor.user_id:
        raise OwnAccount
    if not reason.strip():
        raise ReasonMissing
    because(" ".join(reason.split())[:300])


def _record(user: User, deed: str) -> None:
    record_access(User, entity_id=user.pk, action="E", detail=deed)
