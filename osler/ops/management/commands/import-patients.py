"""osler import-patients FILE: take in people from a CSV file or an Excel workbook."""

import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osler.clinic.patients.importing.at_once import begin, finish, imported, try_file, unfinished
from osler.clinic.patients.importing.reporting import alike_lines, refused_lines, tally_of
from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.foundation.sheets.writing import write_csv
from osler.interop.fhir.operators import operator_of
from osler.kernel.errors import Refusal

SECONDS_BETWEEN = 2.0
WORDS = {
    "created": "registered",
    "known": "known already",
    "amended": "completed",
    "held": "to decide",
    "refused": "refused",
}


class Command(BaseCommand):
    help = "Take in people from a CSV file or an Excel workbook."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", type=Path, help="JSON: which column is what (docs/importing.md)")
        parser.add_argument("--dry-run", action="store_true", help="judge every row and write nothing")
        parser.add_argument("--again", action="store_true", help="also a file that was imported before")
        parser.add_argument("--errors", type=Path, help="write the refused rows to this CSV file")
        parser.add_argument("--duplicates", type=Path, help="write whom rows resemble to this CSV file")
        parser.add_argument("--organization", default="", help="name or id of the tenant")

    def handle(self, *args: Any, **options: Any) -> None:
        self.begun = self.told = time.monotonic()
        try:
            content = options["file"].read_bytes()
            said = json.loads(options["mapping"].read_text()) if options["mapping"] else None
        except (OSError, ValueError) as error:
            raise CommandError(f"It cannot be read: {error}") from error
        actor = operator_of(options["organization"])
        try:
            if options["dry_run"]:
                self.try_out(content, said, actor, options["errors"])
            else:
                self.take_in(content, said, actor, options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        except KeyboardInterrupt:
            raise CommandError("Stopped. What was taken is kept; start it again to go on.") from None

    def try_out(self, content: bytes, said: Any, actor: Actor, errors: Path | None) -> None:
        trial = try_file(content, said=said, actor=actor, progress=self.tell)
        for row, column, reason in trial.refused[:50]:
            self.stderr.write(f"row {row}, {column}: {reason}")
        if errors:
            errors.write_text(write_csv([["Row", "Column", "Reason"], *trial.refused]), encoding="utf-8")
        self.summarize(trial.counts, "Would be: ")

    def take_in(self, content: bytes, said: Any, actor: Actor, options: dict[str, Any]) -> None:
        with acting(actor):
            before = unfinished(content, actor=actor)
        if before is None and not options["again"]:
            self.require_new(content, actor)
        patient_import = begin(content, name=options["file"].name, said=said, actor=actor)
        if before is not None:
            self.stdout.write("Going on with the import of this file that had begun.")
        finish(patient_import, actor=actor, progress=self.tell)
        with acting(actor, reason="import of patients"):
            counts = tally_of(patient_import, actor=actor).counts
            for path, lines in (("errors", refused_lines), ("duplicates", alike_lines)):
                if options[path]:
                    text = write_csv(lines(patient_import, actor=actor))
                    options[path].write_text(text, encoding="utf-8")
        self.summarize(counts, "")

    def require_new(self, content: bytes, actor: Actor) -> None:
        with acting(actor):
            if imported(content, actor=actor):
                raise CommandError("This file was imported before. With --again it is gone through again.")

    def tell(self, done: int) -> None:
        now = time.monotonic()
        if now - self.told >= SECONDS_BETWEEN:
            self.told = now
            self.stdout.write(f"{done} rows, {done / (now - self.begun):.0f}/s")

    def summarize(self, counts: Any, told: str) -> None:
        seconds, total = time.monotonic() - self.begun, sum(counts.values())
        parts = ", ".join(f"{counts.get(fate, 0)} {word}" for fate, word in WORDS.items())
        rate = total / max(seconds, 0.001)
        self.stdout.write(f"{told}{parts}; {seconds:.1f} s, {rate:.0f} rows/s")
