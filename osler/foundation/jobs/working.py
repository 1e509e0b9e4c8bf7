"""The worker: fetches jobs on connections of its own, does each on Django's."""

from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.utils import connector_params

from osler.foundation.jobs.queue import queue


def work() -> None:
    """Do jobs until stopped, or until the database goes away: whoever watches starts us again."""
    # One connection, not four that have each died: a pool tries them in turn, with growing pauses.
    fetching = PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=4)
    # A worker of its own, so that a job's own `defer` still goes through Django, in its transaction.
    worker = queue.with_connector(fetching)
    worker.run_worker(concurrency=1, delete_jobs="successful", task_middleware=[on_a_living_connection])


def on_a_living_connection(job: Callable[[], Any], context: Any, worker: Any) -> Any:
    """A connection that failed the job before is not left to this one."""
    close_old_connections()
    return job()
