"""`osler migrate`: brings the database to this version, as its owner."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from osler.ops.supervisor.roles import prepare_web_role
from osler.ops.supervisor.watch import SQL, is_watched, watch_changes


class Command(DjangoMigrate):
    """Migrate on the owner's connection, make the web role on a database of your own, load code sets."""

    help = __doc__

    def execute(self, *args: Any, **options: Any) -> str | None:
        """The web role comes first: the checks before any migration already ask as that role."""
        if not settings.CONFIG.is_embedded:
            web = connections["default"].settings_dict
            is_given = bool(settings.CONFIG.web_database_url)
            prepare_web_role(connections["owner"], web, is_given=is_given)
        answer: str | None = super().execute(*args, **options)
        return answer

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "default":
            options["database"] = "owner"
        super().handle(*args, **options)
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
