"""The worker: fetches jobs on connections of its own, does each on Django's."""

import logging
import os
from collections.abc import Callable
from typing import Any

from django.db import close_old_connections
from procrastinate import PsycopgConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException

from osler.foundation.jobs.queue import queue

log = logging.getLogger(__name__)
DATABASE_GONE = 75
PATIENCE_SECONDS = 5.0


class Fetching(PsycopgConnector):
    """Listens for jobs; when the database goes away, so does the worker, and comes anew.

    At once, as if it were killed, which every job bears: a worker that ends in good order would wait
    for the very connection that is lost.
    """

    def get_sync_connector(self) -> DjangoConnector:
        """What a job queues goes through Django, in the job's own transaction."""
        return DjangoConnector()

    async def listen_notify(self, *args: Any, **options: Any) -> None:
        """Hear of new jobs for ever."""
        try:
            await super().listen_notify(*args, **options)
        except ConnectorException as error:
            log.error("the worker has lost the database: %s", error.__cause__)
            os._exit(DATABASE_GONE)


def work(**options: Any) -> None:
    """Do jobs until stopped; whoever watches starts us again when the database was away."""
    fetching = Fetching(kwargs=connector_params(), min_size=1, max_size=4, timeout=PATIENCE_SECONDS)
    middleware = [on_a_living_connection]
    with queue.replace_connector(fetching):
        queue.run_worker(concurrency=1, delete_jobs="successful", task_middleware=middleware, **options)


def on_a_living_connection(job: Callable[[], Any], context: Any, worker: Any) -> Any:
    """A connection that failed the job before is not left to this one."""
    close_old_connections()
    return job()
