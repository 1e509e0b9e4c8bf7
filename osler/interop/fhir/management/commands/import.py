"""osler import PATH...: take in FHIR R4 Bundles, NDJSON and single resources."""

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osler.foundation.directory.tenants import tenants
from osler.interop.fhir.arrivals.arriving import Tally
from osler.interop.fhir.arrivals.running import Wish, import_resources
from osler.interop.fhir.operators import operator_in, operator_of
from osler.interop.fhir.validation.problems import sayable
from osler.kernel.keys import uuid7

SECONDS_BETWEEN = 2.0
FIRST_TENANT = "Our clinic"


class Command(BaseCommand):
    help = "Import FHIR R4 resources from files, folders and archives."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="do everything, then undo it")
        parser.add_argument(
            "--organization",
            default="",
            help="name or id of the tenant; in an empty installation, the name of the one to open",
        )
        parser.add_argument("--source", default="", help="where ids come from, instead of the folder's name")
        parser.add_argument("--report", type=Path, help="write refusals and notes to this CSV file")

    def handle(self, *args: Any, **options: Any) -> None:
        missing = [str(path) for path in options["paths"] if not path.exists()]
        if missing:
            raise CommandError(sayable(f"There is no {', '.join(missing)}."))
        self.begun = self.told = time.monotonic()
        opens = "" if tenants() else options["organization"] or FIRST_TENANT
        actor = operator_in(uuid7()) if opens else operator_of(options["organization"])
        wish = Wish(options["paths"], dry_run=options["dry_run"], source=options["source"], opens=opens)
        try:
            tally = import_resources(wish, actor=actor, progress=self.tell)
        except KeyboardInterrupt:
            kept = "Nothing was kept." if wish.dry_run else "What was taken is kept; start it again to go on."
            raise CommandError(f"Stopped. {kept}") from None
        self.summarize(tally, dry_run=options["dry_run"])
        if options["report"]:
            self.report(tally, options["report"])

    def tell(self, file: str, tally: Tally) -> None:
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN:
            self.told = now
            rate = tally.total / (now - self.begun)
            done = f"{tally.total} resources, {rate:.0f}/s, {len(tally.refusals)} refused"
            self.stdout.write(f"{done}; {sayable(Path(file).name)}")

    def summarize(self, tally: Tally, *, dry_run: bool) -> None:
        seconds = time.monotonic() - self.begun
        for refusal in tally.refusals[:50]:
            self.stderr.write(f"refused: {refusal}")
        for note in tally.notes[:20]:
            self.stderr.write(f"note: {note}")
        told = "Would have: " if dry_run else ""
        self.stdout.write(
            f"{told}{tally.created} created, {tally.changed} changed, {tally.unchanged} unchanged,"
            f" {len(tally.refusals)} refused; {seconds:.1f} s,"
            f" {tally.total / max(seconds, 0.001):.0f} resources/s"
        )

    def report(self, tally: Tally, path: Path) -> None:
        with path.open("w", newline="", encoding="utf-8", errors="backslashreplace") as file:
            writer = csv.writer(file)
            writer.writerow(["kind", "file", "index", "path", "reason"])
            for kind, rows in (("refused", tally.refusals), ("note", tally.notes)):
                writer.writerows([kind, row.file, row.index, row.path, row.reason] for row in rows)
