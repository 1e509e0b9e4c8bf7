"""`osler doctor`: says in words how the installation is; exits with 1 if anything is not well."""

import sys
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from osler.ops.diagnosis import examine
from osler.ops.supervisor.cluster import Cluster, ClusterFailed


class Command(BaseCommand):
    """Examine disk, keys, database, migrations, roles, routes, worker, jobs, seals and pages."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        config = settings.CONFIG
        kind = "demo clinic" if config.demo else "production"
        self.stdout.write(f"Osler, {kind}, state in {config.home}")
        with ExitStack() as stack:
            if config.is_embedded:
                self._have_database(stack)
            ill = 0
            for finding in examine(config.home, f"http://{config.host}:{config.port}"):
                mark = "well" if finding.is_well else "ILL "
                self.stdout.write(f"  {mark}  {finding.part:<11} {finding.words}")
                ill += not finding.is_well
        self.stdout.write("All is well." if not ill else f"Not well: {ill}.")
        if ill:
            sys.exit(1)

    def _have_database(self, stack: ExitStack) -> None:
        cluster = Cluster(settings.CONFIG.home)
        self.stdout.write(f"  The embedded database lies in {cluster.folder}")
        if cluster.is_running:
            return
        self.stdout.write("  The embedded database was not running; it is started for this look.")
        try:
            stack.enter_context(cluster.running())
        except ClusterFailed as fault:
            self.stdout.write(f"  It does not start: {fault}")
