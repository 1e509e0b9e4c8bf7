"""`osler worker`: does the jobs that pages have left."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Run jobs until stopped; several workers may run side by side."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("procrastinate", "worker", "--concurrency=1", "--delete-jobs=successful")
