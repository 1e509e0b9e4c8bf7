"""`osler migrate`: brings the database to this version, as its owner."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connections

from osler.ops.supervisor.roles import prepare_web_role


class Command(DjangoMigrate):
    """Migrate on the owner's connection; makes the web role on a database of your own."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        if options["database"] == "default":
            options["database"] = "owner"
        if not settings.CONFIG.is_embedded:
            prepare_web_role(connections["owner"], connections["default"].settings_dict)
        super().handle(*args, **options)
