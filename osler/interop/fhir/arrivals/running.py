"""A whole import: batch after batch, each in a transaction of its own, so that it can be resumed.

What has been taken in is known again by its digest and skipped, so an import that was interrupted
is resumed by starting it again.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from osler.foundation.access.actors import Actor
from osler.foundation.audit.context import acting
from osler.interop.fhir.arrivals.arriving import Tally
from osler.interop.fhir.arrivals.importing import import_batch
from osler.interop.fhir.operators import open_tenant
from osler.interop.fhir.sources import read_batches
from osler.interop.fhir.validation.problems import sayable

Progress = Callable[[str, Tally], None]


@dataclass(frozen=True)
class Wish:
    """What to import and how."""

    paths: list[Path]
    dry_run: bool = False
    source: str = ""
    opens: str = ""
    """The name of the tenant to open first, in an installation that has none."""


class _RolledBack(Exception):
    """The end of a dry run."""


@contextmanager
def _undone(dry_run: bool) -> Iterator[None]:
    """In a dry run one transaction holds everything and is rolled back."""
    if not dry_run:
        yield
        return
    try:
        with transaction.atomic():
            yield
            raise _RolledBack
    except _RolledBack:
        pass


def import_resources(wish: Wish, *, actor: Actor, progress: Progress) -> Tally:
    """Import everything under some paths into the actor's organization; tells progress by batch."""
    total = Tally()
    with _undone(wish.dry_run):
        if wish.opens and actor.organization_id is not None:
            open_tenant(actor.organization_id, wish.opens)
        for batch in read_batches(wish.paths):
            if wish.source:
                batch.source = wish.source
            with acting(actor, reason=sayable(f"import {Path(batch.file).name}")[:200]):
                tally = import_batch(batch)
            total.add(tally)
            progress(batch.file, total)
    return total
