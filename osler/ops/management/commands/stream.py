"""`osler stream`: tells open pages that something has changed."""

import asyncio
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from osler.foundation.jobs.stream import run


class Command(BaseCommand):
    """Serve the live stream until stopped."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        asyncio.run(run(config.host, config.live_port))
