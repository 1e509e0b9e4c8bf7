"""`osler migrate`: brings the database to this version, as its owner."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import OperationalError, connections

from osler.ops.preparation import TooOld, require_version
from osler.ops.supervisor.roles import prepare_web_role
from osler.ops.supervisor.watch import SQL, is_watched, watch_changes

LOCK_TIMEOUT = "1s"  # whoever waits for a lock makes everybody else wait behind him (D23)
STATEMENT_SECONDS = 5
ATTEMPTS, PAUSE = 20, 3.0
LOCK_NOT_AVAILABLE, QUERY_CANCELED = "55P03", "57014"


class Command(DjangoMigrate):
    """Migrate on the owner's connection, make the web role on a database of your own, load code sets."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--patience",
            type=int,
            metavar="SECONDS",
            help="how long one statement may take; 0: as long as it wants. Without this option"
            f" {STATEMENT_SECONDS} on a database of your own, where others may be at work; no end on"
            " the embedded one",
        )

    def execute(self, *args: Any, **options: Any) -> str | None:
        """The web role comes first: the checks before any migration already ask as that role."""
        try:
            require_version()
        except TooOld as refusal:
            raise CommandError(str(refusal)) from refusal
        if not settings.CONFIG.is_embedded:
            web = connections["default"].settings_dict
            is_given = bool(settings.CONFIG.web_database_url)
            prepare_web_role(connections["owner"], web, is_given=is_given)
        answer: str | None = super().execute(*args, **options)
        return answer

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "default":
            options["database"] = "owner"
        patience = options.pop("patience", None)
        if patience is None:
            patience = 0 if settings.CONFIG.is_embedded else STATEMENT_SECONDS
        _limit(LOCK_TIMEOUT, f"{patience}s")
        try:
            self._migrate(*args, **options)
        finally:
            _limit("0", "0")
        if not options["app_label"] and not options["plan"] and not options["check_unapplied"]:
            call_command("load_terminology", verbosity=options["verbosity"])
            if not settings.CONFIG.is_embedded and not is_watched(connections["owner"]):
                self._watch()

    def _watch(self) -> None:
        if not watch_changes(connections["owner"]):
            self.stderr.write(
                "Changes of the schema leave no note in the audit trail yet, since that takes a superuser of"
                f" this PostgreSQL. As one, run: psql -f {SQL}"
            )

    def _migrate(self, *args: Any, **options: Any) -> None:
        """Each migration is a transaction, so what was done stays done when the next one must wait."""
        for attempt in range(1, ATTEMPTS + 1):
            try:
                super().handle(*args, **options)
            except OperationalError as error:
                state = getattr(error.__cause__, "sqlstate", "")
                if state == QUERY_CANCELED:
                    raise CommandError(_too_long(error)) from error
                if state != LOCK_NOT_AVAILABLE:
                    raise
                if attempt == ATTEMPTS:
                    raise CommandError(_in_use(error)) from error
                self.stdout.write("  a table is in use; waiting for it")
                time.sleep(PAUSE)
            else:
                return


def _limit(lock: str, statement: str) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('lock_timeout', %s, false), set_config('statement_timeout', %s, false)",
            [lock, statement],
        )


def _too_long(error: Exception) -> str:
    return (
        f"A statement took too long and was taken back: {_said(error)}. Migrations before it are done."
        " In an hour without patients run: osler migrate --patience 0"
    )


def _in_use(error: Exception) -> str:
    return (
        f"A table stayed in use: {_said(error)}. Migrations before it are done; nobody was kept"
        " waiting. Please try again later."
    )


def _said(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
