"""The clock's work for the house itself."""

from django.conf import settings

from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.audit.sealing import seal_events
from osler.foundation.jobs.queue import queue


@queue.periodic(cron="* * * * *")
@queue.task(name="seal_audit", queueing_lock="seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Seal what was done and read until now, each minute."""
    seal_events(settings.AUDIT_KEY, anchor=settings.AUDIT_ANCHOR)


@queue.periodic(cron="17 * * * *")
@queue.task(name="end_old_sessions", queueing_lock="end_old_sessions")
def end_old_sessions(timestamp: int) -> None:
    """Remove sessions that have run out."""
    SessionStore.clear_expired()
