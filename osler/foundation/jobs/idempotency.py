"""Keys that make a retry safe: the same key gets the first answer, in pages and API alike.

The key's row is inserted in the transaction of the effect: a twin waits for the commit and then
finds the answer; after a crash neither key nor effect exist, and the retry does the work.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from osler.foundation.jobs.models import IdempotencyKey
from osler.kernel.errors import Invalid


class KeyReused(Invalid):
    """The key was used before for another request (Stripe's rule)."""

    code = "idempotency-key-reused"
    message = _("This form was already sent with other content. Please open it again.")


@dataclass(frozen=True)
class Answer:
    """What was answered: the status and where to find it. Never what it holds: that is read again."""

    status: int
    location: str = ""


def request_hash(method: str, path: str, body: bytes) -> str:
    """A digest of what makes two requests the same one."""
    return hashlib.sha256(b"\n".join((method.encode(), path.encode(), body))).hexdigest()


def answer_once(key: str, *, actor_id: UUID | None, request_hash: str, work: Callable[[], Answer]) -> Answer:
    """Do the work unless this key has been answered; runs inside the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO jobs_idempotencykey (id, actor_id, key, request_hash, status, location)"
            " VALUES (uuidv7(), %s, %s, %s, 0, '')"
            " ON CONFLICT ON CONSTRAINT idempotencykey_used_once DO NOTHING RETURNING id",
            [actor_id, key[:200], request_hash],
        )
        inserted = cursor.fetchone()
    if inserted is None:
        used = IdempotencyKey.objects.get(actor_id=actor_id, key=key[:200])
        if used.request_hash != request_hash:
            raise KeyReused
        return Answer(used.status, used.location)
    answer = work()
    IdempotencyKey.objects.filter(id=inserted[0]).update(status=answer.status, location=answer.location)
    return answer


def forget_key(key: str, *, actor_id: UUID | None) -> None:
    """The request had no effect (a form with errors): the key may be used again."""
    IdempotencyKey.objects.filter(actor_id=actor_id, key=key[:200]).delete()
