"""osler export (--patient ID | --all) DIR: write FHIR R4 as NDJSON, one file a type."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from osler.interop.fhir.exporting import export_resources
from osler.interop.fhir.operators import operator_of


class Command(BaseCommand):
    help = "Export FHIR R4 resources of one patient or of the whole tenant."

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--patient", type=UUID, metavar="ID")
        which.add_argument("--all", action="store_true")
        parser.add_argument("--organization", default="", help="name or id of the tenant")
        parser.add_argument("directory", type=Path, metavar="DIR")

    def handle(self, *args: Any, **options: Any) -> None:
        directory: Path = options["directory"]
        if directory.exists() and any(directory.iterdir()):
            raise CommandError(f"{directory} is not empty; nothing was written.")
        begun = time.monotonic()
        actor = operator_of(options["organization"])
        counts = export_resources(directory, actor=actor, patient=options["patient"])
        for resource_type, count in sorted(counts.items()):
            self.stdout.write(f"{count:8} {resource_type}")
        self.stdout.write(f"{sum(counts.values())} resources in {time.monotonic() - begun:.1f} s")
