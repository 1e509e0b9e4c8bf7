"""`osler web`: answers requests."""

import gc
import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

APPLICATION = "osler.config.wsgi"
OPTIONS: dict[str, Any] = {
    "interface": Interfaces.WSGI,
    "blocking_threads": 1,
    "respawn_failed_workers": True,
    "websockets": False,
    "log_level": LogLevels.warning,
    "log_access": False,  # addresses name patients
}


class Command(BaseCommand):
    """Serve the pages and FHIR until stopped; Osler is loaded once, and its web processes share it."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        import_module(APPLICATION)
        connections.close_all()  # no process takes over a connection of another
        gc.collect()
        gc.freeze()  # what is never collected is never written to, and so stays shared
        workers = config.workers or os.cpu_count() or 1
        application = f"{APPLICATION}:application"
        Granian(application, address=config.host, port=config.port, workers=workers, **OPTIONS).serve()
