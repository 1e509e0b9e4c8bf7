"""Bearer tokens for the API: issued once, stored as hashes, revoked at once."""

import hashlib
import secrets
from datetime import timedelta

from osler.foundation.accounts.models import ApiToken, User
from osler.kernel import clock


def hash_token(token: str) -> str:
    """The stored form of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def issue_token(user: User, *, scope: str, lifetime: timedelta = timedelta(days=90)) -> str:
    """Make a token; it is shown this once and cannot be read again."""
    token = "osl_" + secrets.token_urlsafe(32)
    ApiToken.objects.create(
        user=user,
        token_hash=hash_token(token),
        scope=scope,
        expires_at=clock.now() + lifetime,
    )
    return token


def revoke_token(token: ApiToken) -> ApiToken:
    """End a token now."""
    token.revoked_at = clock.now()
    token.save(update_fields=["revoked_at"])
    return token
