"""Conversations between a patient and the clinic: open, write, read, assign, close."""

from osler.clinic.communication.errors import EmptyMessage, ThreadClosed, TooLong
from osler.clinic.communication.events import MessageSent
from osler.clinic.communication.models import Message, Thread
from osler.clinic.patients.models import Patient
from osler.clinic.records.models import DiagnosticReport
from osler.foundation.access.actors import Actor
from osler.foundation.access.policy import decide
from osler.foundation.access.roles import PORTAL
from osler.foundation.directory.models import Practitioner
from osler.foundation.jobs.outbox import announce
from osler.kernel import clock
from osler.kernel.errors import Denied

LONGEST = 5_000


def open_thread(
    patient: Patient,
    *,
    subject: str,
    body: str,
    actor: Actor,
    owner: Practitioner | None = None,
    report: DiagnosticReport | None = None,
) -> Thread:
    """Begin a conversation with its first message; a question about a result goes to its owner."""
    if report is not None and owner is None:
        owner = report.owner
    thread = Thread(
        patient=patient,
        organization_id=patient.organization_id,
        owner=owner,
        report=report,
        subject=subject.strip()[:200],
    )
    decide(actor, "open", thread)
    _require_words(body)
    thread.save()
    _write(thread, body=body, actor=actor)
    return thread


def send_message(thread: Thread, *, body: str, actor: Actor) -> Message:
    """Write into an open conversation; it then waits for the other side."""
    decide(actor, "write", thread)
    if thread.status == Thread.Status.CLOSED:
        raise ThreadClosed
    _require_words(body)
    return _write(thread, body=body, actor=actor)


def mark_read(thread: Thread, *, actor: Actor) -> int:
    """Note that the actor's side has seen the other side's messages; returns how many were new."""
    decide(actor, "read", thread)
    unread = thread.messages.filter(from_clinic=actor.has_role(*PORTAL), read_at=None)
    return unread.update(read_at=clock.now())


def assign_thread(thread: Thread, *, owner: Practitioner, actor: Actor, version: int | None = None) -> Thread:
    """Say who answers."""
    decide(actor, "assign", thread)
    thread.require_version(version)
    thread.owner = owner
    thread.save()
    return thread


def close_thread(thread: Thread, *, actor: Actor, version: int | None = None) -> Thread:
    """End a conversation; nothing waits any more."""
    decide(actor, "close", thread)
    thread.require_version(version)
    thread.status, thread.waits_for_clinic = Thread.Status.CLOSED, False
    thread.save()
    return thread


def reopen_thread(thread: Thread, *, actor: Actor, version: int | None = None) -> Thread:
    """Take the end back; if the patient wrote last, it waits for the clinic again."""
    decide(actor, "close", thread)
    thread.require_version(version)
    last = thread.messages.order_by("-sent_at", "-id").first()
    thread.status = Thread.Status.OPEN
    thread.waits_for_clinic = last is not None and not last.from_clinic
    thread.save()
    return thread


def _require_words(body: str) -> None:
    if not body.strip():
        raise EmptyMessage
    if len(body) > LONGEST:
        raise TooLong


def _write(thread: Thread, *, body: str, actor: Actor) -> Message:
    if actor.user_id is None:
        raise Denied
    from_clinic = not actor.has_role(*PORTAL)
    message = Message(
        thread=thread,
        patient_id=thread.patient_id,
        organization_id=thread.organization_id,
        author_id=actor.user_id,
        author_name=actor.name,
        from_clinic=from_clinic,
        sent_at=clock.now(),
    )
    message.body = body.strip()
    message.save()
    thread.last_message_at = message.sent_at
    thread.waits_for_clinic = not from_clinic
    thread.save()
    announce(MessageSent(message.id, thread.patient_id))
    return message
