"""`osler worker`: does the jobs that pages have left."""

from typing import Any

from django.core.management.base import BaseCommand

from osler.foundation.jobs.working import work


class Command(BaseCommand):
    """Run jobs until stopped; several workers may run side by side."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        work()
