"""Live pages: which topics exist, tickets to hear them, and the trigger that tells them."""

from uuid import UUID

from django.core import signing
from django.db.migrations import RunSQL

CHANNEL = "osler_live"
TOPICS = ("board", "lab", "inbox")
TICKET_SECONDS = 12 * 3600
_SALT = "osler.live"


def tell(table: str, topic: str) -> RunSQL:
    """A migration operation: changes of this table are told to pages that show the topic."""
    if topic not in TOPICS:
        raise ValueError(f"unknown topic {topic!r}")
    return RunSQL([("SELECT jobs_live_on(%s, %s)", [table, topic])], RunSQL.noop)


def ticket(organization_id: UUID | None) -> str:
    """A signed permission to hear that something has changed in a tenant (never what)."""
    return signing.dumps(str(organization_id or ""), salt=_SALT)


def organization_of(ticket: str) -> str | None:
    """Whose changes a ticket lets hear; None when it is forged or old."""
    try:
        return str(signing.loads(ticket, salt=_SALT, max_age=TICKET_SECONDS)) or None
    except signing.BadSignature:
        return None
