"""The clock's work for the house itself."""

import logging
import time
from contextlib import suppress

from django.conf import settings
from django.db import connection

from osler.clinic.communication.errors import TooFewVisits
from osler.clinic.communication.missing.model import has_more_to_learn, learn_no_shows
from osler.clinic.communication.notices import due_notices
from osler.clinic.communication.offering.rounds import begin_round, offer_next
from osler.clinic.communication.recalling.due import queue_recalls
from osler.clinic.communication.reminding.planning import queue_due_reminders
from osler.clinic.insurance.asking import ask_for_visits
from osler.clinic.intake.card_reading import purge_readings
from osler.clinic.intake.purging import purge_proposals
from osler.clinic.patients.importing.purging import purge_imports
from osler.clinic.patients.pairs import sweep_all, sweep_some
from osler.clinic.scheduling.appointments.holds import end_holds
from osler.clinic.scheduling.calendars.renewal import renew_periods
from osler.clinic.scheduling.queries import coming_days
from osler.clinic.scheduling.waiting_list.joining import end_waiting_in_vain
from osler.clinic.scheduling.waiting_list.offering import lapse_offers
from osler.foundation.audit.context import acting
from osler.foundation.audit.sealing import seal_events
from osler.foundation.directory.tenants import tenants
from osler.foundation.jobs.models import OutboxEvent
from osler.foundation.jobs.outbox import deliver_events
from osler.foundation.jobs.queue import queue
from osler.interop.fhir.operators import operator_in
from osler.interop.gateways.clearinghouse import is_work_waiting
from osler.interop.gateways.incoming import has_come_back
from osler.interop.gateways.jobs import ask_queued_insurers, send_queued_notices
from osler.kernel import clock
from osler.ops.housekeeping import make_partitions, sweep

log = logging.getLogger(__name__)

SWEEP_SECONDS = 15.0

ABANDONED = """
SELECT job.id, job.queueing_lock FROM procrastinate_jobs job
LEFT JOIN procrastinate_workers worker ON worker.id = job.worker_id
WHERE job.status = 'doing' AND (worker.id IS NULL OR worker.last_heartbeat < now() - interval '30 seconds')
ORDER BY job.id
"""
SAME_WAITS = "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = %s)"


@queue.periodic(cron="* * * * * */15")  # with the half minute of silence, no job lies for a whole one
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


@queue.periodic(cron="* * * * *")
@queue.task(name="try_again", queueing_lock="try_again")
def try_again(timestamp: int) -> None:
    """Each minute, wake what tells news, sends mail and asks insurers where a next try has come."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="try_again"):
            if OutboxEvent.objects.due().exists():
                deliver_events.defer(organization_id=str(organization_id))
            if due_notices().exists() or has_come_back():
                send_queued_notices.defer(organization_id=str(organization_id))
            if is_work_waiting(organization_id):
                ask_queued_insurers.defer(organization_id=str(organization_id))


@queue.periodic(cron="17 * * * *")
@queue.task(name="keep_house", queueing_lock="keep_house")
def keep_house(timestamp: int) -> None:
    """Make what the coming months need, and sweep what nobody needs any more."""
    make_partitions()
    sweep()


@queue.periodic(cron="23 4 * * *")
@queue.task(name="renew_appointments", queueing_lock="renew_appointments")
def renew_appointments(timestamp: int) -> None:
    """Each night, what was promised by the clock on the wall is kept under the time zone rules of
    today (D18); those that then clash stay as they are, and `osler doctor` counts them."""
    for organization_id, name in tenants():
        with acting(operator_in(organization_id), reason="renew_periods"):
            renewal = renew_periods(after=clock.now())
        if renewal.moved or renewal.clashing:
            moved, clashing = len(renewal.moved), len(renewal.clashing)
            log.warning("new time zone rules in %s: %s moved, %s clash", name, moved, clashing)


@queue.periodic(cron="*/5 * * * *")
@queue.task(name="end_holds", queueing_lock="end_holds")
def end_old_holds(timestamp: int) -> None:
    """What was held for somebody who never decided is closed; its time was free again before."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="end_holds"):
            end_holds()


@queue.periodic(cron="* * * * *")
@queue.task(name="end_offers", queueing_lock="end_offers")
def end_old_offers(timestamp: int) -> None:
    """Each minute, offers of the waiting list that nobody answered lapse, and the next is asked."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="lapse_offers"):
            lapse_offers()


@queue.periodic(cron="*/5 * * * *")
@queue.task(name="offer_times", queueing_lock="offer_times")
def offer_free_times(timestamp: int) -> None:
    """Every five minutes, what is free and wished for is offered, however it became free: freed times are
    offered at once, but not at night. Each time in a transaction of its own, so that nobody waits for all."""
    for organization_id, _name in tenants():
        operator = operator_in(organization_id)
        with acting(operator, reason="offer_wished_for"):
            end_waiting_in_vain()
            wished = begin_round()
        while wished.spans:
            with acting(operator, reason="offer_wished_for"):
                offer_next(wished)


@queue.periodic(cron="37 * * * *")
@queue.task(name="ask_before_visits", queueing_lock="ask_before_visits")
def ask_before_visits(timestamp: int) -> None:
    """Each hour, the insurers of whoever comes in the next days are asked, each once a card and day: not
    each night alone, because many a visit is booked the day before."""
    days = settings.ELIGIBILITY_DAYS
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="ask_before_visits"):
            ask_for_visits(coming_days(after=clock.now(), days=days))


@queue.periodic(cron="*/5 * * * *")
@queue.task(name="remind_of_visits", queueing_lock="remind_of_visits")
def remind_of_visits(timestamp: int) -> None:
    """Every five minutes, the reminders are queued whose time has come, each once."""
    for organization_id, _name in tenants():
        is_more = True
        while is_more:
            with acting(operator_in(organization_id), reason="remind_of_visits"):
                is_more = queue_due_reminders(now=clock.now()) > 0


@queue.periodic(cron="13 * * * *")
@queue.task(name="recall_patients", queueing_lock="recall_patients")
def recall_patients(timestamp: int) -> None:
    """Each hour by day, those are written to who should come again by a rule that says so."""
    for organization_id, _name in tenants():
        is_more = True
        while is_more:
            with acting(operator_in(organization_id), reason="recall_patients"):
                is_more = queue_recalls(now=clock.now()) > 0


@queue.periodic(cron="53 3 * * *")
@queue.task(name="learn_no_shows", queueing_lock="learn_no_shows")
def learn_of_no_shows(timestamp: int) -> None:
    """Each night, the clinic learns anew from its past who may not come, if it has visits enough and one of
    them is new."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="learn_no_shows"), suppress(TooFewVisits):
            if has_more_to_learn():
                learn_no_shows(actor=None)


@queue.periodic(cron="* * * * *")
@queue.task(name="find_duplicates", queueing_lock="find_duplicates")
def find_duplicates(timestamp: int) -> None:
    """Each minute, look for duplicates of whoever is new or has changed, for as long as a minute bears
    beside the other work; the rest waits for the next."""
    ends = time.monotonic() + SWEEP_SECONDS
    for organization_id, _name in tenants():
        operator = operator_in(organization_id)
        is_more = True
        while is_more and time.monotonic() < ends:
            with acting(operator, reason="find_duplicates"):
                is_more = sweep_some(actor=operator) > 0


@queue.periodic(cron="41 2 1 * *")
@queue.task(name="find_all_duplicates", queueing_lock="find_all_duplicates")
def find_all_duplicates(timestamp: int) -> None:
    """Each month everybody is due again: the program may have learnt other names and levels since."""
    for organization_id, _name in tenants():
        operator = operator_in(organization_id)
        with acting(operator, reason="find_all_duplicates"):
            sweep_all(actor=operator)


@queue.periodic(cron="41 * * * *")
@queue.task(name="purge_registrations", queueing_lock="purge_registrations")
def purge_registrations(timestamp: int) -> None:
    """Each hour, what was registered online and not taken over is forgotten when its time is over."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="purge_proposals"):
            purge_proposals()
            purge_readings()


@queue.periodic(cron="47 * * * *")
@queue.task(name="purge_files", queueing_lock="purge_files")
def purge_files(timestamp: int) -> None:
    """Each hour, files of patients that were imported are forgotten when their time is over."""
    for organization_id, _name in tenants():
        with acting(operator_in(organization_id), reason="purge_imports"):
            purge_imports()


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="keep_demo_up", queueing_lock="keep_demo_up")
def keep_demo_up(timestamp: int) -> None:
    """The demo clinic's day goes on; outside the demo nothing is done."""
    if not settings.DEMO:
        return
    from osler.ops.demo.keeping import keep_up  # noqa: PLC0415  slow import: the demo alone needs it

    for words in keep_up(settings.CONFIG.home, now=clock.now()):
        log.info("demo: %s", words)
