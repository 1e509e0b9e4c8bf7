"""The rows that come next are read beside the statements that write the present ones: whoever waits for the
database lets another thread work."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context

from osler.clinic.patients.importing.judging import Judging, Read
from osler.foundation.sheets.sheet import Row


class Ahead:
    """What one judging has read already; each batch is given out once, as judging writes into it."""

    def __init__(self, judging: Judging) -> None:
        self.judging = judging
        self.rows: Sequence[Row] = ()
        self.found: list[Read] = []

    def take(self, rows: Sequence[Row]) -> list[Read]:
        """These rows, read before or now."""
        before, found = self.rows, self.found
        self.rows, self.found = (), []
        return found if rows and rows == before else self.judging.read(rows)

    @contextmanager
    def reading(self, rows: Sequence[Row]) -> Iterator[None]:
        """Read these rows beside what is done within; the thread ends with it."""
        if not rows:
            yield
            return
        with ThreadPoolExecutor(1) as beside:
            begun = beside.submit(copy_context().run, self.judging.read, rows)
            yield
        self.rows, self.found = rows, begun.result()
