"""What a killed worker was doing is done by the next one."""

from datetime import timedelta

from django.db import connection

from osler.ops.jobs import take_up_abandoned_jobs

WORKER = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s) RETURNING id"
JOB = """
INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock, worker_id)
VALUES ('default', %s, %s, %s, %s) RETURNING id
"""


def ask(question: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchall()


def new_job(name: str, status: str, *, worker: int | None, lock: str | None = None) -> int:
    return ask(JOB, name, status, lock, worker)[0][0]


def test_jobs_of_dead_workers_go_back_and_those_of_the_living_stay(db: None) -> None:
    ((dead,),) = ask(WORKER, timedelta(minutes=5))
    ((alive,),) = ask(WORKER, timedelta(seconds=5))
    names = {
        new_job("of the dead", "doing", worker=dead): "todo",
        new_job("of nobody", "doing", worker=None): "todo",
        new_job("of the living", "doing", worker=alive): "doing",
        new_job("given up", "failed", worker=dead): "failed",
    }

    take_up_abandoned_jobs.func(0)

    assert dict(ask("SELECT id, status FROM procrastinate_jobs WHERE id = ANY(%s)", list(names))) == names


def test_same_work_is_not_queued_twice(db: None) -> None:
    first = new_job("sealing", "doing", worker=None, lock="seal")
    second = new_job("sealing", "doing", worker=None, lock="seal")

    take_up_abandoned_jobs.func(0)

    assert ask("SELECT id, status FROM procrastinate_jobs WHERE queueing_lock = 'seal'") == [(first, "todo")]
    assert second != first
