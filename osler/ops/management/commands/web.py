"""`osler web`: answers requests."""

import os
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from osler.ops.supervisor.forking import settle

APPLICATION = "osler.config.wsgi"
OPTIONS: dict[str, Any] = {
    "interface": Interfaces.WSGI,
    "process_name": "osler web",
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
        load_pages()
        settle()
        workers = config.workers or os.cpu_count() or 1
        application = f"{APPLICATION}:application"
        Granian(application, address=config.host, port=config.port, workers=workers, **OPTIONS).serve()


def load_pages() -> None:
    """Load them, and look for what forbids to serve them: anew if they were loaded before."""
    try:
        import_module(APPLICATION).refuse_faults()
    except ImproperlyConfigured as fault:
        raise CommandError(str(fault)) from fault
