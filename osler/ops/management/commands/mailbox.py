"""`osler mailbox`: the demo's mail server, which keeps what it is given and sends nothing on."""

import signal
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from osler.interop.gateways.loopback import controller


class Command(BaseCommand):
    """Take mail until stopped; demo mode only."""

    help = __doc__
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        config, folder = settings.CONFIG, settings.MAIL_FOLDER
        if folder is None:
            raise CommandError("only the demo has a mail server of its own (OSLER_DEMO=1)")
        ends = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # before the server's thread: it inherits this
        server = controller(folder, host=config.smtp_host, port=config.smtp_port)
        server.start()
        signal.sigwait(ends)
        server.stop()
