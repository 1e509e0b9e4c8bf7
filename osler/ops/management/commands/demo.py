"""`osler demo`: makes the demo clinic in an empty installation, or says who may sign in."""

import time
from argparse import ArgumentParser
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from osler.kernel import clock
from osler.ops.demo.days import BEHIND
from osler.ops.demo.house import sign_ins
from osler.ops.demo.making import PATIENTS, make_clinic
from osler.ops.demo.zone import keep_zone, zone_for
from osler.ops.preparation import has_accounts


class Command(BaseCommand):
    """Make 2,000 invented patients, their histories, a year of appointments, and today."""

    help = __doc__
    requires_system_checks: ClassVar[list[str]] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seed", type=int, default=1867)
        parser.add_argument("--patients", type=int, default=PATIENTS)
        parser.add_argument("--days", type=int, default=BEHIND, help="of appointments that lie behind")
        parser.add_argument("--sign-ins", action="store_true", help="only print who may sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("the demo clinic is made in demo mode only (OSLER_DEMO=1)")
        if options["sign_ins"]:
            self.stdout.write(sign_ins())
            return
        if has_accounts():
            raise CommandError("this installation is not empty; nothing was changed")
        began = time.monotonic()
        say = self.stdout.write if options["verbosity"] else lambda _: None
        zone = zone_for(clock.now())
        today = clock.today(ZoneInfo(zone))
        make_clinic(
            seed=options["seed"],
            count=options["patients"],
            behind=options["days"],
            today=today,
            zone=zone,
            say=say,
        )
        keep_zone(settings.CONFIG.home, zone)
        with connections["owner"].cursor() as cursor:
            cursor.execute("ANALYZE")
        took = time.monotonic() - began
        self.stdout.write(f"The demo clinic has {options['patients']:,} patients; made in {took:.0f} s")
