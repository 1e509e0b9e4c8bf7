"""The worker's jobs and the connections that they run on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, connections, transaction

from osler.foundation.jobs.queue import queue
from osler.foundation.jobs.working import work

OURS = (
    "SELECT task_name, status FROM procrastinate_jobs WHERE task_name LIKE 'test of the worker%' ORDER BY id"
)
DEAF: dict[str, Any] = {"wait": False, "listen_notify": False, "install_signal_handlers": False}
done: list[str] = []


@queue.task(name="test of the worker: second")
def second() -> None:
    done.append("second")


@queue.task(name="test of the worker: goes well")
def goes_well() -> None:
    with transaction.atomic():
        second.defer()
        done.append("first")


@queue.task(name="test of the worker: fails")
def fails() -> None:
    with transaction.atomic():
        second.defer()
        raise ValueError("after the next job was queued")


@queue.task(name="test of the worker: loses its connection")
def loses_its_connection() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def work_all() -> None:
    """In a thread of its own: a browser of other tests keeps this one's event loop."""

    def to_the_end() -> None:
        work(**DEAF)
        connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(to_the_end).result()


def jobs() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(OURS)
        return [(name.partition(": ")[2], status) for name, status in cursor.fetchall()]


def test_what_a_job_queues_is_queued_when_it_commits_and_not_when_it_fails(live_clinic) -> None:
    done.clear()
    goes_well.defer()
    fails.defer()

    work_all()

    assert done == ["first", "second"]
    assert jobs() == [("fails", "failed")]


def test_a_connection_that_one_job_lost_is_not_left_to_the_next(live_clinic) -> None:
    done.clear()
    loses_its_connection.defer()
    goes_well.defer()

    work_all()

    assert done == ["first", "second"]
    assert jobs() == [("loses its connection", "failed")]
