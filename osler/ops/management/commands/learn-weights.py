"""`osler learn-weights`: weighs likeness anew from the pairs that a clinic has merged and refuted."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from osler.clinic.patients.learning import LEAST_PAIRS, TooFewPairs, forget_weights, learn_weights
from osler.foundation.audit.context import acting
from osler.interop.fhir.operators import operator_of


class Command(BaseCommand):
    """Print what each level weighed, weighs now, and from how many pairs."""

    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--organization", default="", help="name or id, where there are several")
        parser.add_argument("--dry-run", action="store_true", help="say what would be learnt, keep nothing")
        parser.add_argument("--forget", action="store_true", help="go back to the weights as shipped")

    def handle(self, *args: Any, **options: Any) -> None:
        operator = operator_of(options["organization"])
        with acting(operator, reason="learn-weights"):
            if options["forget"]:
                self.stdout.write(
                    f"{forget_weights(actor=operator)} weights forgotten; the shipped ones hold."
                )
                return
            try:
                found = learn_weights(dry_run=options["dry_run"], actor=operator)
            except TooFewPairs as refusal:
                raise CommandError(
                    f"{refusal.merged} pairs were merged and {refusal.refuted} refuted here; of each"
                    f" {LEAST_PAIRS} are needed. Nothing was changed."
                ) from refusal
        for one in found:
            mark = "*" if one.is_changed else " "
            same, other = (f"{seen:,} of {compared:,}" for seen, compared in (one.same, one.other))
            self.stdout.write(
                f"{mark} {one.level:22} {one.before:+6.1f} -> {one.weight:+6.1f}"
                f"   in {same} merged, {other} other pairs"
            )
        changed = sum(one.is_changed for one in found)
        told = "would change" if options["dry_run"] else "changed; all patients will be looked at again"
        self.stdout.write(f"{changed} of {len(found)} weights {told}.")
