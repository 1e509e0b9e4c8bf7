"""What would grow for ever is swept, and what will be needed is made ahead: run each hour.

Each hour, not once a night: a clinic may switch its machine off when it closes.
"""

from django.db import connection, transaction

from osler.foundation.accounts.attempts import forget_old_attempts
from osler.foundation.accounts.session_store import SessionStore
from osler.foundation.accounts.shared_cache import forget_expired

MONTHS_AHEAD = 3

SWEPT = {
    "jobs_idempotencykey": "seven days after the answer",
    "jobs_outboxevent": "a month after it was told; what could not be told stays",
    "procrastinate_jobs": "at once when done, a month after it was given up",
    "procrastinate_events": "with its job",
    "procrastinate_periodic_defers": "by the queue itself: the last of each job stays",
    "procrastinate_workers": "by the workers themselves, half a minute after the last sign of life",
    "patients_matchdue": "when its patient was looked at, within minutes",
    "accounts_session": "when it has run out",
    "accounts_attempt": "when it no longer counts",
    "accounts_cacheentry": "when it has run out",
    "intake_proposalcontent": "with its proposal, or when the clinic's time for it is over",
    "intake_proposalphoto": "with its proposal, or when the clinic's time for it is over",
    "intake_cardreading": "an hour after the card was read, or with the form that it was read for",
    "scheduling_slothold": "when its ten minutes are over, or its visit is booked",
    "patients_importcontent": "thirty days after the file was last used, or when it is thrown away",
}
"""Tables that the house itself fills, and when their rows go."""

KEPT = {
    "audit_event": "the trail",
    "audit_rowhistory": "the history of the record",
    "audit_seal": "the seals of the trail",
    "accounts_user": "people",
    "accounts_apitoken": "which machines were let in",
    "account_emailaddress": "one for each account at most",
    "account_emailconfirmation": "addresses come from an administrator: stays empty",
    "mfa_authenticator": "a few for each account",
    "auth_": "the library's, stays empty",
    "django_": "one for each migration and model",
    "terminology_": "code sets",
    "billing_counter": "one for each series of numbers",
    "patients_searchtoken": "with the patient",
    "patients_numbercounter": "one for each kind of number that is allotted",
    "patients_importrow": "with the import: what became of each row",
    "patients_movedrow": "with the merge, to undo it",
    "scheduling_reservation": "with the appointment",
    "fhir_searchvalue": "with the resource",
    "fhir_sourcerecord": "with the resource",
}
"""Tables beside the record that grow with the clinic and no faster (names, or how they begin)."""

_FINISHED = """
DELETE FROM procrastinate_jobs AS job
WHERE status NOT IN ('todo', 'doing')
  AND NOT EXISTS (
      SELECT FROM procrastinate_events e WHERE e.job_id = job.id AND e.at > now() - interval '30 days'
  )
"""


def sweep() -> None:
    """Forget what nobody needs any more, each kind in a transaction of its own."""
    SessionStore.clear_expired()
    forget_old_attempts()
    forget_expired()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM jobs_sweep()")
        cursor.execute(_FINISHED)


def make_partitions() -> None:
    """Have a partition of the trail for each of the coming months; a busy table waits for the next hour."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '2s'")
        cursor.execute("SELECT audit_ensure_partitions(%s)", [MONTHS_AHEAD])
