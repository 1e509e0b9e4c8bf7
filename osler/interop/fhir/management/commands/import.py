"""osler import PATH...: take in FHIR R4 Bundles, NDJSON and single resources."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osler.interop.fhir.arrivals.arriving import Tally
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.operators import operator_of

SECONDS_BETWEEN = 2.0


class Command(BaseCommand):
    help = "Import FHIR R4 resources from files, folders and archives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")
        parser.add_argument("--organization", default="", help="name or id of the tenant")
        parser.add_argument("--source", default="", help="where ids come from, instead of the folder's name")
        parser.add_argument("--report", type=Path, help="write refusals and notes to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(f"There is no {', '.join(missing)}.")
        self.begun = self.told = time.monotonic()
        wish = Wish(options["paths"], dry_run=options["dry_run"], source=options["source"])
        tally = import_resources(wish, actor=operator_of(options["organization"]), progress=self.tell)
        self.summarize(tally, dry_run=options["dry_run"])
        if options["report"]:
            self.report(tally, options["report"])

    def tell(self, file: str, tally: Tally) -> None:
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN:
            self.told = now
            rate = tally.total / (now - self.begun)
            self.stdout.write(
                f"{tally.total} resources, {rate:.0f}/s, {len(tally.refusals)} refused; {Path(file).name}"
            )

    def summarize(self, tally: Tally, *, dry_run: bool) -> None:
        seconds = time.monotonic() - self.begun
        for refusal in tally.refusals[:50]:
            self.stderr.write(f"refused: {refusal.file} [{refusal.index}] {refusal.path}: {refusal.reason}")
        for note in tally.notes[:20]:
            self.stderr.write(f"note: {note.file} [{note.index}] {note.path}: {note.reason}")
        told = "Would have: " if dry_run else ""
        self.stdout.write(
            f"{told}{tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged,"
            f" {len(tally.refusals)} refused; {seconds:.1f} s,"
            f" {tally.total / max(seconds, 0.001):.0f} resources/s"
        )

    def report(self, tally: Tally, path: Path) -> None:
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["kind", "file", "index", "path", "reason"])
            for kind, rows in (("refused", tally.refusals), ("note", tally.notes)):
                writer.writerows([kind, row.file, row.index, row.path, row.reason] for row in rows)
