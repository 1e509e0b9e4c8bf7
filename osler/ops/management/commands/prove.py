"""`osler prove`: checks walls, constraints, books and audit trail of this installation; changes nothing."""

import sys
import time
from typing import Any

from django.core.management.base import BaseCommand

from osler.ops.proving import prove


class Command(BaseCommand):
    """Say of each promise whether it holds here; exit code 1 if one does not."""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        began, broken = time.monotonic(), 0
        for proof in prove():
            broken += not proof.holds
            self.stdout.write(f"{'holds ' if proof.holds else 'BROKEN'}  {proof.name}")
            for finding in proof.findings[:50]:
                self.stdout.write(f"        {finding}")
        self.stdout.write(f"{broken} broken; {time.monotonic() - began:.1f} s")
        sys.exit(1 if broken else 0)
