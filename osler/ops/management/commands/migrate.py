"""`osler migrate`: brings the database to this version, as its owner."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from osler.ops.supervisor.roles import prepare_web_role


class Command(DjangoMigrate):
    """Migrate on the owner's connection, make the web role on a database of your own, load code sets."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "default":
            options["database"] = "owner"
        if not settings.CONFIG.is_embedded:
            prepare_web_role(connections["owner"], connections["default"].settings_dict)
        super().handle(*args, **options)
        if not options["app_label"] and not options["plan"] and not options["check_unapplied"]:
            call_command("load_terminology", verbosity=options["verbosity"])
