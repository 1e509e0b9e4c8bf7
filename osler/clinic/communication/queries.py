"""Reads over conversations: what waits, what is unread."""

from django.db.models import Count, Q, QuerySet

from osler.clinic.communication.models import Message, Thread
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import may, scoped
from osler.foundation.access.roles import PORTAL


def threads_of(actor: Actor) -> QuerySet[Thread]:
    """The actor's conversations, latest first, each with its number of unread messages."""
    unread = Q(messages__read_at=None, messages__from_clinic=actor.has_role(*PORTAL))
    return (
        scoped(Thread, actor)
        .select_related("patient", "owner", "report")
        .annotate(unread=Count("messages", filter=unread))
        .order_by("-last_message_at", "-id")
    )


def waiting_threads(actor: Actor) -> QuerySet[Thread]:
    """Open conversations in which the patient wrote last: the actor's own and nobody's."""
    mine = Q(owner=None) | Q(owner_id=actor.practitioner_id)
    return (
        scoped(Thread, actor)
        .filter(mine, status=Thread.Status.OPEN, waits_for_clinic=True)
        .select_related("patient", "owner", "report")
        .order_by("last_message_at", "id")
    )


def waiting_count(actor: Actor) -> int:
    """How many conversations wait for the actor; 0 for roles without messages."""
    return waiting_threads(actor).count() if may(actor, "read", Thread) else 0


def unread_count(actor: Actor) -> int:
    """How many messages the other side has sent and the actor's side not read."""
    side = actor.has_role(*PORTAL)
    return scoped(Message, actor).filter(from_clinic=side, read_at=None).count()
