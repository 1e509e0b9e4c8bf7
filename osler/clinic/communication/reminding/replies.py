"""The desk's list: who wants a call, and answers that nobody but a person understands."""

from django.db.models import QuerySet

from osler.clinic.communication.models import PatientReply
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide, may, scoped
from osler.kernel import clock
from osler.kernel.states import ImpossibleMove

Status = PatientReply.Status


def open_replies(actor: Actor) -> QuerySet[PatientReply]:
    """What waits for somebody at the desk, the oldest first."""
    rows = scoped(PatientReply, actor, "settle").filter(status=Status.OPEN)
    return rows.select_related("patient", "appointment").order_by("received_at", "id")


def replies_waiting(actor: Actor) -> int:
    """How many wait; 0 for roles that answer none."""
    return open_replies(actor).count() if may(actor, "settle", PatientReply) else 0


def settle_reply(reply: PatientReply, *, version: int | None, actor: Actor) -> PatientReply:
    """It was dealt with."""
    return _move(reply, Status.OPEN, Status.SETTLED, version=version, actor=actor)


def reopen_reply(reply: PatientReply, *, version: int | None, actor: Actor) -> PatientReply:
    """It was not dealt with after all."""
    return _move(reply, Status.SETTLED, Status.OPEN, version=version, actor=actor)


def _move(reply: PatientReply, since: str, to: str, *, version: int | None, actor: Actor) -> PatientReply:
    decide(actor, "settle", reply)
    reply.require_version(version)
    if reply.status != since:
        raise ImpossibleMove
    reply.status, reply.settled_at = to, clock.now() if to == Status.SETTLED else None
    reply.save()
    return reply
