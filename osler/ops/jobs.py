"""The clock's work for the house itself."""

from django.conf import settings
from django.db import connection

from osler.foundation.accounts.attempts import forget_old_attempts
from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.accounts.shared_cache import forget_expired
from osler.foundation.audit.sealing import seal_events
from osler.foundation.jobs.queue import queue

ABANDONED = """
SELECT job.id, job.queueing_lock FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '30 seconds')
ORDER BY job.id
"""
SAME_WAITS = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %s)"


@queue.periodic(cron="* * * * *")
@queue.task(name="take_up_abandoned_jobs", queueing_lock="take_up_abandoned_jobs")
def take_up_abandoned_jobs(timestamp: int) -> None:
    """Put back what a killed worker was doing, unless the same work is waiting already.

    Every job bears being done again: what it did is marked in the transaction that did it.
    """
    with connection.cursor() as cursor:
        cursor.execute(ABANDONED)
        for job_id, lock in cursor.fetchall():
            cursor.execute(SAME_WAITS, [lock])
            (same_waits,) = cursor.fetchone()
            if same_waits:
                cursor.execute("SELECT procrastinate_finish_job_v1(%s, 'aborted', true)", [job_id])
            else:
                cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [job_id])


@queue.periodic(cron="* * * * *")
@queue.task(name="seal_audit", queueing_lock="seal_audit", pass_context=False)
def seal_audit(timestamp: int) -> None:
    """Seal what was done and read until now, each minute."""
    seal_events(settings.AUDIT_KEY, anchor=settings.AUDIT_ANCHOR)


@queue.periodic(cron="17 * * * *")
@queue.task(name="end_old_sessions", queueing_lock="end_old_sessions")
def end_old_sessions(timestamp: int) -> None:
    """Remove sessions that have run out, and tries that no longer count."""
    SessionStore.clear_expired()
    forget_old_attempts()
    forget_expired()
