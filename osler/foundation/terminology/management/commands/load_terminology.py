"""`osler load_terminology`: loads the code sets, if another edition is installed."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand

from osler.foundation.terminology.loading import is_loaded, load_diagnoses


class Command(BaseCommand):
    """Load ICD-10-CM; does nothing when this edition is there already."""

    help = __doc__
    requires_system_checks: ClassVar[list[str]] = []  # type: ignore[misc]

    def handle(self, *args: Any, **options: Any) -> None:
        if is_loaded("owner"):
            return
        count = load_diagnoses()
        if options["verbosity"]:
            self.stdout.write(f"{count} diagnoses loaded.")
