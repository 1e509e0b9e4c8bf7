"""`osler worker`: does the jobs that pages have left."""

import os
from typing import Any

from django.core.management.base import BaseCommand

from osler.foundation.jobs.working import work

GIVES_WAY = 5
"""How nice it is: people who wait for a page come first, a sweep of fifty thousand charts later."""


class Command(BaseCommand):
    """Run jobs until stopped; several workers may run side by side."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        os.nice(GIVES_WAY)
        work()
