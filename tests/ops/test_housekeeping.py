"""Nothing grows for ever but the record and its trail, and the trail has room ahead (D15)."""

from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from osler.foundation.access.actors import Actor
from osler.foundation.accounts.attempts import KEPT as TRIES_KEPT
from osler.foundation.accounts.models import Attempt, CacheEntry, Session
from osler.foundation.audit.context import acting
from osler.foundation.audit.rows import Row
from osler.foundation.jobs.models import IdempotencyKey, OutboxEvent
from osler.foundation.jobs.queue import queue
from osler.kernel import clock
from osler.ops.housekeeping import KEPT, MONTHS_AHEAD, SWEPT, make_partitions
from osler.ops.jobs import keep_house
from osler.ops.supervisor.cluster import ADMIN
from tests.conftest import Clinic
from tests.databases import CLUSTER

JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, status) VALUES ('default', %s, %s) RETURNING id"
EVENT = "INSERT INTO procrastinate_events (job_id, type, at) VALUES (%s, 'failed', %s)"


def ask(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall() if cursor.description else []


def add_keys(mark: str, age: timedelta) -> None:
    IdempotencyKey(key=mark, request_hash="x", created_at=clock.now() - age).save()


def add_told(mark: str, age: timedelta) -> None:
    OutboxEvent(name=mark, payload={}, delivered_at=clock.now() - age).save()


def add_session(mark: str, age: timedelta) -> None:
    Session(key_hash=mark, data="", expires_at=clock.now() + timedelta(days=1) - age).save()


def add_job(mark: str, age: timedelta) -> None:
    ((job,),) = ask(JOB, mark, "failed")
    ask("DELETE FROM procrastinate_events WHERE job_id = %s", job)
    ask(EVENT, job, clock.now() - age)


def add_try(mark: str, age: timedelta) -> None:
    latest = clock.now() - age
    Attempt(key_hash=mark, tries=1, since=latest, latest_at=latest).save()


def add_remembered(mark: str, age: timedelta) -> None:
    CacheEntry(key_hash=mark, value="1", expires_at=clock.now() + timedelta(days=1) - age).save()


KINDS: dict[str, tuple[Callable[[str, timedelta], None], str, int]] = {
    "keys": (add_keys, "SELECT key FROM jobs_idempotencykey", 7),
    "news": (add_told, "SELECT name FROM jobs_outboxevent", 30),
    "sessions": (add_session, "SELECT key_hash FROM accounts_session", 1),
    "jobs": (add_job, "SELECT task_name FROM procrastinate_jobs", 30),
    "tries": (add_try, "SELECT key_hash FROM accounts_attempt", TRIES_KEPT.days),
    "cache": (add_remembered, "SELECT key_hash FROM accounts_cacheentry", 1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_old_goes_and_what_is_young_stays(bob: Actor, charlie: Actor, kind: str) -> None:
    add, question, days = KINDS[kind]
    age, hour = timedelta(days=days), timedelta(hours=1)
    for tenant, actor in (("here", bob), ("there", charlie)):
        with acting(actor):
            add(f"{tenant} old", age + hour)
            add(f"{tenant} young", age - hour)

    keep_house.func(0)

    left = set()
    for actor in (bob, charlie):
        with acting(actor):
            left |= {mark for (mark,) in ask(question) if "here" in mark or "there" in mark}
    assert left == {"here young", "there young"}


def test_what_is_still_to_be_told_or_done_stays_however_old(bob: Actor) -> None:
    long_ago = clock.now() - timedelta(days=400)
    ((job,),) = ask(JOB, "waits", "todo")
    ask("UPDATE procrastinate_events SET at = %s WHERE job_id = %s", long_ago, job)
    with acting(bob):
        OutboxEvent(name="GivenUp", payload={}, created_at=long_ago, attempts=8).save()

    keep_house.func(0)

    assert ask("SELECT task_name FROM procrastinate_jobs WHERE id = %s", job) == [("waits",)]
    with acting(bob):
        assert ask("SELECT name FROM jobs_outboxevent WHERE name = 'GivenUp'") == [("GivenUp",)]


def test_every_table_is_of_the_record_or_is_swept_or_has_a_reason(db: None) -> None:
    tables = {
        name
        for (name,) in ask(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    }
    record = {model._meta.db_table for model in apps.get_models() if issubclass(model, Row)}
    kept = {name for name in tables if name.startswith(tuple(KEPT))}

    assert tables - record - kept - SWEPT.keys() == set()
    assert SWEPT.keys() - tables == set()
    assert [name for name in KEPT if not any(table.startswith(name) for table in tables)] == []


def test_the_house_is_kept_each_hour(db: None) -> None:
    crons = {task.task.name: task.cron for task in queue.periodic_registry.periodic_tasks.values()}

    assert crons["keep_house"].split()[1:] == ["*"] * 4


def place_of(admin: psycopg.Connection, month: int) -> str:
    """Where an event of a coming month falls."""
    found = admin.execute(
        "INSERT INTO audit_event (organization_id, action, entity, recorded_at)"
        " VALUES (uuidv7(), 'R', 'x', date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'"
        " + make_interval(months => %s) + interval '1 day') RETURNING tableoid::regclass::text",
        [month],
    ).fetchone()
    assert found is not None
    return str(found[0])


def test_each_coming_month_has_a_partition_and_one_begun_elsewhere_stays(live_clinic: Clinic) -> None:
    with psycopg.connect(CLUSTER.dsn(ADMIN, live_clinic.name), autocommit=True) as admin:
        admin.execute("SET timezone = 'UTC'")
        before = [place_of(admin, MONTHS_AHEAD)]
        make_partitions()
        make_partitions()
        names = [place_of(admin, month) for month in range(MONTHS_AHEAD + 2)]

    assert before == ["audit_event_rest"]
    assert all(name.startswith("audit_event_2") for name in names[:MONTHS_AHEAD])
    assert len(set(names[:MONTHS_AHEAD])) == MONTHS_AHEAD
    assert names[MONTHS_AHEAD:] == ["audit_event_rest"] * 2


def test_sweeping_is_all_that_the_web_role_may_do_to_news(bob: Actor) -> None:
    with acting(bob):
        OutboxEvent(name="Told", payload={}, delivered_at=clock.now()).save()
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            ask("DELETE FROM jobs_outboxevent")
        assert ask("SELECT name FROM jobs_outboxevent") == [("Told",)]
